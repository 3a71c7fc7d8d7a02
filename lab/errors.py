"""The one exception callers of the lab see."""

from pathlib import Path


class LabError(Exception):
    """Something the lab needs did not work. The message says what, where the log is, and how it ends."""


def last_lines(path: Path, count: int = 12) -> str:
    """The end of a log file, indented for an error message ("(no log)" where there is none)."""
    if not path.exists():
        return "    (no log)"
    lines = path.read_text(errors="replace").splitlines()[-count:]
    return "\n".join(f"    {line}" for line in lines) or "    (empty log)"
