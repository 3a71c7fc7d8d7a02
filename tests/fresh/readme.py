"""What README.md promises, read from it."""

import re
from dataclasses import dataclass
from pathlib import Path

README = Path(__file__).resolve().parents[2] / "README.md"


@dataclass(frozen=True)
class Promise:
    """`commands`: in this order, the last one starts the demo. `account`: name and password of the first one."""

    commands: tuple[str, ...]
    account: tuple[str, str]
    memory_bytes: float
    disk_bytes: float


def promise() -> Promise:
    section = README.read_text().split("\n## Try it\n")[1].split("\n## ")[0]
    blocks = re.findall(r"^```sh\n(.*?)^```", section, re.M | re.S)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    commands = tuple(lines[: lines.index("make demo") + 1])
    account = re.search(r"^\| `(\w+)` \| `(\w+)` \|", section, re.M)
    memory = re.search(r"(\d+) GB of free memory", section)
    disk = re.search(r"(\d+) GB of disk", section)
    if not (account and memory and disk):
        raise SystemExit("README.md names no account, or not what the demo needs.")
    return Promise(commands, (account[1], account[2]), int(memory[1]) * 1e9, int(disk[1]) * 1e9)
