"""All rows of a list as a file: how long it takes, and that the web process does not grow with them.

100,000 servers with every column, over REST, from one web process on SQLite; each format from a process of its own,
which has written a tenth of the rows before, so that what it needs at all is not counted.
"""

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

from benchmarks.support.figures import Figures, say
from tests.platform import BASE, Platform

ROWS, MOST_GROWN_MB, MOST_FIRST_SECONDS = 100_000, 16.0, 2.0
FORMATS = ("csv", "json", "xlsx")
BLOCK = 1 << 16
NAME, PASSWORD = "reader", "reads all of them"
FILL = f"""
import sys
from benchmarks.support.population import fill
people = fill(int(sys.argv[1]))
reader = people["everything"]
reader.username = "{NAME}"
reader.set_password("{PASSWORD}")
reader.save()
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--rows", type=int, default=ROWS, help=f"servers (default: {ROWS})")


def run(figures: Figures, options: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as place:
        folder = Path(place)
        platform = Platform(folder, REDIS_URL="", DATABASE_URL=f"sqlite:///{folder / 'opsys.sqlite3'}")
        platform.manage("migrate", "--verbosity", "0")
        say(f"filling a platform with {options.rows} servers")
        started = [sys.executable, "-c", f"import django; django.setup()\n{FILL}", str(options.rows)]
        subprocess.run(started, cwd=BASE, env=platform.environment, check=True)
        for kind in FORMATS:
            platform.start("web")
            try:
                _measure(figures, platform, kind)
            finally:
                platform.stop()


def _measure(figures: Figures, platform: Platform, kind: str) -> None:
    headers = platform.session(NAME, PASSWORD).headers
    process = Path(f"/proc/{platform.processes['web'].pid}")

    def export(**query: str) -> tuple[float, float, int, float]:
        """Seconds to the first byte, in all, bytes, and the most memory it took meanwhile in MB."""
        (process / "clear_refs").write_text("5")  # the kernel's high-water mark begins anew
        began, first, size = time.monotonic(), 0.0, 0
        address = f"{platform.url}/api/v1/compute/servers/export/"
        query = {"format": kind, "columns": "all", **query}
        with requests.get(address, params=query, headers=headers, stream=True, timeout=600) as answer:
            answer.raise_for_status()
            for block in answer.iter_content(BLOCK):
                first = first or time.monotonic() - began
                size += len(block)
        peak = int(re.search(r"VmHWM:\s+(\d+) kB", (process / "status").read_text())[1]) / 1024
        return first, time.monotonic() - began, size, peak

    before = export(status="SHUTOFF")
    first, seconds, size, peak = export()
    say(f"{kind}: {size / 1e6:.0f} MB in {seconds:.1f} s; a tenth of the rows took {before[1]:.1f} s")
    figures.at_most(f"{kind}: MB more at its peak than with a tenth of the rows", peak - before[3], MOST_GROWN_MB)
    # The book of XLSX has its table of contents at the end, so nothing of it leaves before all is written.
    figures.at_most(f"{kind}: seconds to the first byte", first, None if kind == "xlsx" else MOST_FIRST_SECONDS)
    figures.at_most(f"{kind}: seconds", seconds, None)
    figures.at_most(f"{kind}: MB of the file", size / 1e6, None)
