"""Sizes as people say them."""


def gibibytes(mebibytes: int) -> str:
    """2048 → "2 GiB", 512 → "512 MiB"."""
    size: float = mebibytes
    for unit in ("MiB", "GiB"):
        if size < 1024:
            return f"{_short(size)} {unit}"
        size /= 1024
    return f"{_short(size)} TiB"


def _short(size: float) -> str:
    return f"{size:.1f}".removesuffix(".0")
