"""Command line of the lab: python -m lab --help."""

import argparse
import sys

from lab import Lab, LabError
from lab.faults import MODES, OFF
from lab.layout import PUBLIC_PORTS
from lab.starting import CLOUD_PROCESSES


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m lab",
        description="Real OpenStack clouds on loopback addresses.",
        epilog="Environment: LAB_ROOT, LAB_NETWORK, LAB_DATABASE_PORT, LAB_CACHE, LAB_NOTIFICATIONS (lab/README.md).",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="set up or restore, and start")
    up.add_argument("--clouds", default="east,west", help="default: %(default)s")
    up.add_argument("--computes", type=int, default=2, help="compute hosts per cloud, default: %(default)s")
    up.add_argument("--seed", action="store_true", help="fill the clouds with projects, servers, volumes …")
    commands.add_parser("down", help="stop all processes; the clouds keep what they hold")
    commands.add_parser("status", help="what runs, where, how much memory, which faults")
    commands.add_parser("seed", help="fill running clouds")
    commands.add_parser("reset", help="forget all changes since the set-up")
    restart = commands.add_parser("restart", help="stop and start one service")
    restart.add_argument("service", metavar="CLOUD/PROJECT", help=f"projects: {', '.join(CLOUD_PROCESSES)}")
    fault = commands.add_parser("fault", help="make a service misbehave")
    fault.add_argument("cloud")
    fault.add_argument("service", choices=[*PUBLIC_PORTS, "all"])
    fault.add_argument("mode", choices=[*MODES, OFF])
    fault.add_argument("--seconds", type=float, default=5.0, help="for delay, default: %(default)s")
    clone = commands.add_parser("clone", help="multiply a server, a port or a rule, for tests of scale")
    clone.add_argument("cloud")
    clone.add_argument("count", type=int)
    clone.add_argument("--what", choices=["servers", "ports", "rules"], default="servers")
    openrc = commands.add_parser("openrc", help="print a cloud's credentials as shell exports")
    openrc.add_argument("cloud")
    return parser


def _status(lab: Lab) -> int:
    """Print a table. The exit code is 0 only when everything runs."""
    processes = lab.processes()
    for name, process in processes.items():
        text = f"pid {process.pid:<8} {process.memory / 1024**2:6.0f} MB" if process else "not running"
        print(f"{name:<18} {text}")
    for cloud in lab.clouds:
        faults = ", ".join(f"{service} {fault.mode}" for service, fault in cloud.faults().items())
        print(f"{cloud.name}: {cloud.auth_url}  {cloud.username} / {cloud.password}  faults: {faults or 'none'}")
    print(f"clouds.yaml: {lab.layout.clouds_yaml}")
    return 0 if all(processes.values()) else 3


def _run(lab: Lab, arguments: argparse.Namespace) -> int:
    match arguments.command:
        case "up":
            lab.up(arguments.clouds.split(","), arguments.computes, arguments.seed)
        case "down":
            lab.down()
        case "status":
            return _status(lab)
        case "seed":
            lab.seed()
        case "reset":
            lab.reset()
        case "restart":
            cloud, _, project = arguments.service.partition("/")
            if project not in CLOUD_PROCESSES:
                raise LabError(f"not CLOUD/PROJECT: {arguments.service}")
            lab.cloud(cloud).restart(project)
        case "fault":
            lab.cloud(arguments.cloud).fault(arguments.service, arguments.mode, arguments.seconds)
        case "clone":
            multiply = {"servers": lab.clone, "ports": lab.clone_ports, "rules": lab.clone_rules}[arguments.what]
            print(f"{multiply(arguments.cloud, arguments.count)} {arguments.what} cloned")
        case "openrc":
            print(lab.cloud(arguments.cloud).openrc(), end="")
    return 0


def main() -> int:
    arguments = _parser().parse_args()
    lab = Lab(report=lambda line, seconds: print(f"[{seconds:5.1f} s] {line}", flush=True))
    try:
        return _run(lab, arguments)
    except LabError as error:
        print(f"lab: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
