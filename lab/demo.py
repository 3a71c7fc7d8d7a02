"""`make demo`: the lab's clouds, the platform filled from them, and all its processes until Ctrl-C."""

import os
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from lab import Lab, LabError, screen, shells

# Of a machine that is busy with the clouds.
PAGE_SECONDS = 90
BASE = Path(__file__).resolve().parents[1]
PROGRAMS = ("mariadbd", "mariadb-install-db", *shells.PROGRAMS, *screen.PROGRAMS)
ENVIRONMENTS = {"east": "production", "west": "staging"}

BANNER = """
  The platform is ready:  http://{address}:{port}

      admin    / admin123       everything, and the Django admin under /admin/
      operator / operator123    acts on all clouds
      viewer   / viewer123      looks only

  Two real OpenStack clouds, east and west, run beside it: {clouds_yaml}
  Ctrl-C stops all of it.   (up after {seconds:.0f} s)
"""


def main() -> int:
    began = time.monotonic()
    if missing := _missing():
        print(f"demo: not installed: {', '.join(missing)} (sh requirements/system.sh demo)", file=sys.stderr)
        return 1
    for stop in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, _interrupt)
    lab = Lab(report=lambda line, seconds: print(f"[{seconds:5.1f} s] {line}", flush=True))
    services: list[subprocess.Popen] = []
    try:
        with ThreadPoolExecutor() as pool:
            # The platform's own database is made while the clouds start.
            database = pool.submit(_manage, "init-db", "--demo", "--verbosity", "0")
            lab.up(("east", "west"), 2, True)
            database.result()
        _register(lab)
        services.append(shells.start(BASE / "var" / "demo-sshd"))
        services.append(subprocess.Popen([sys.executable, "manage.py", "up"], cwd=BASE, start_new_session=True))
        _wait_for_page()
        address, port = os.environ.get("ADDRESS", "127.0.0.1"), os.environ.get("PORT", "8000")
        print(
            BANNER.format(
                address=address, port=port, clouds_yaml=lab.layout.clouds_yaml, seconds=time.monotonic() - began
            ),
            flush=True,
        )
        return services[-1].wait()
    except LabError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        command = " ".join(str(part) for part in error.cmd[1:])
        print(f"demo: {command} failed with {error.returncode}; what it said is above", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0
    finally:
        print("\nStopping …", flush=True)
        for service in services:
            service.terminate()
            service.wait()
        lab.down()


def _missing() -> list[str]:
    """What the demo would lack later, in the middle or without a word."""
    # Server programs lie in sbin, which is not in every user's PATH.
    path = f"{os.environ.get('PATH', '')}:/usr/local/sbin:/usr/sbin:/sbin"
    return [name for name in PROGRAMS if not shutil.which(name, path=path)]


def _interrupt(signum, frame) -> None:
    raise KeyboardInterrupt


def _manage(*arguments: str, **environment: str) -> None:
    subprocess.run(
        [sys.executable, BASE / "manage.py", *arguments], cwd=BASE, env={**os.environ, **environment}, check=True
    )


def _register(lab: Lab) -> None:
    listed = subprocess.run(
        [sys.executable, BASE / "manage.py", "list-clusters"], cwd=BASE, capture_output=True, text=True, check=True
    ).stdout
    known = {line.split()[0] for line in listed.splitlines() if line}
    for cloud in lab.clouds:
        if cloud.name not in known:
            _manage(
                "add-cluster",
                cloud.name,
                "--from-clouds-yaml",
                str(lab.layout.clouds_yaml),
                "--environment",
                ENVIRONMENTS.get(cloud.name, "testing"),
                "--group",
                "lab",
            )
    _manage("sync-cluster", "--all")


def _wait_for_page() -> None:
    from urllib.error import URLError
    from urllib.request import urlopen

    url = f"http://{os.environ.get('ADDRESS', '127.0.0.1')}:{os.environ.get('PORT', '8000')}/readyz"
    end = time.monotonic() + PAGE_SECONDS
    while time.monotonic() < end:
        try:
            with urlopen(url, timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise LabError(f"the platform did not answer at {url} within {PAGE_SECONDS} s; its messages are above")


if __name__ == "__main__":
    sys.exit(main())
