"""One walk through the README on a fresh machine: `python -m tests.fresh.walk USER FOLDER`, as process 1 of namespaces
of its own. Prints what took how long; exit code 0 where all of it was as promised."""

import json
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

from tests.fresh import debian
from tests.fresh.console import Console
from tests.fresh.machine import PERSON, Machine
from tests.fresh.readme import Promise, promise

BASE = Path(__file__).resolve().parents[2]
CLOUDS = ("east", "west")
READY = r"The platform is ready:\s+(http://\S+)"
DEMO_SECONDS, STOP_SECONDS, REFUSED_SECONDS = 2400, 90, 60
LAB_PORTS = (5000, 5900, 8774)


class Walk:
    """Steps with their seconds, and what was found wrong."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.wrong: list[str] = []
        self._began = time.monotonic()

    def step(self, name: str) -> None:
        """The time since the last step was for this."""
        now = time.monotonic()
        self.seconds[name] = round(now - self._began, 1)
        self._began = now
        print(f"--- {name}: {self.seconds[name]} s", flush=True)

    def within(self, what: str, size: float, most: float) -> None:
        """Not a reason to stop."""
        said = f"{what}: {size / 1e9:.2f} GB, the README says {most / 1e9:.0f} GB"
        print(said, flush=True)
        if size > most:
            self.wrong.append(said)


def walk(machine: Machine, user: str, promised: Promise) -> Walk:
    done = Walk()
    machine.boot()
    # As Debian's installer leaves it where the first person has sudo.
    machine.run("usermod --lock root", "root")
    if user == PERSON:
        machine.add_person()
    done.step("a machine")
    *before, demo = promised.commands
    for command in before:
        machine.run(command if user == PERSON else command.replace("sudo ", ""), user)
    folder = machine.clone(BASE, user)
    machine.keep_downloads(user)
    done.step("what the README asks for, and a clone")
    if user == PERSON:
        without_sudo(machine, demo, str(folder))
        done.step(f"{demo} without sudo")
    disk = used(machine)
    terminal = machine.start(demo, user, str(folder), **places())
    url = terminal.wait_for(READY, DEMO_SECONDS)[1]
    done.step(f"{demo}, until it is ready")
    visit(url, promised, "nobody" if user == "root" else user)
    done.step("the console")
    done.within("memory", machine.memory(), promised.memory_bytes)
    done.within("disk", used(machine) - disk, promised.disk_bytes)
    done.step("memory and disk")
    terminal.press_ctrl_c()
    code = terminal.wait(STOP_SECONDS)
    done.step(f"Ctrl-C, until it has ended (exit code {code})")
    if left := [f"{pid} {words}" for pid, words in machine.processes()]:
        raise SystemExit("Left running:\n" + "\n".join(left))
    if changed := machine.run("git status --porcelain", user, str(folder)).strip():
        raise SystemExit(f"The demo changed the checkout:\n{changed}")
    done.step("nothing is left")
    return done


def without_sudo(machine: Machine, demo: str, folder: str) -> None:
    """Says which command installs what is missing, and begins nothing."""
    machine.allow_sudo(False)
    terminal = machine.start(demo, PERSON, folder)
    code = terminal.wait(REFUSED_SECONDS)
    if code == 0 or not re.search(r"^ *sudo apt-get update && .*openssh-server", terminal.said, re.M):
        raise SystemExit("Without sudo it does not say what to install.")
    machine.allow_sudo(True)


def visit(url: str, promised: Promise, login: str) -> None:
    """Log in, see both clouds' servers, and have a shell, a serial line and a screen of one of each."""
    console = Console(url, *promised.account)
    for cloud in CLOUDS:
        if not (servers := console.servers(cloud)):
            raise SystemExit(f"No servers of {cloud} in the list.")
        cloud_id = f"{cloud}/{console.reachable(cloud)}"
        console.shell(f"server:{cloud_id}", "echo answer $((40+2)) from $(id -un)", f"answer 42 from {login}")
        console.shell(f"serial:{cloud_id}", "carol", "carol@lab")
        console.shell(f"vnc:{cloud_id}", "", "RFB 003.")
        print(f"{cloud}: {len(servers)} servers on the page; shell, serial line and screen of {cloud_id}", flush=True)


def used(machine: Machine) -> int:
    """Bytes on the machine's disk, without downloads of pip and uv: their files are linked to what is installed."""
    command = ["du", "--summarize", "--block-size=1", "--exclude=./proc", "--exclude=./sys"]
    command += ["--exclude=*/.cache/uv", "--exclude=*/.cache/pip", "."]
    return int(subprocess.check_output(command, cwd=machine.root).split()[0])


def places() -> dict[str, str]:
    """Ports and addresses nobody uses: the machine shares the host's network, and other demos may run there."""
    network = next(
        f"127.0.{number}" for number in range(200, 250) if all(_free(f"127.0.{number}.11", p) for p in LAB_PORTS)
    )
    names = ("PORT", "LAB_DATABASE_PORT", "LAB_SSH_PORT")
    return {
        "LAB_NETWORK": network,
        **{name: str(port) for name, port in zip(names, _free_ports(len(names)), strict=True)},
    }


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _number in range(count)]
    for probe in probes:
        probe.bind(("", 0))
    ports = [probe.getsockname()[1] for probe in probes]
    for probe in probes:
        probe.close()
    return ports


def _free(address: str, port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((address, port))
        except OSError:
            return False
    return True


def main() -> None:
    user, folder = sys.argv[1], Path(sys.argv[2])
    done = walk(Machine(folder, debian.cache()), user, promise())
    print(json.dumps(done.seconds), flush=True)
    if done.wrong:
        sys.exit("\n".join(done.wrong))


if __name__ == "__main__":
    main()
