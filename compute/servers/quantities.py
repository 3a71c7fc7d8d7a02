"""Sizes as people say them."""


def gibibytes(mebibytes: int) -> str:
    """2048 → "2 GiB", 512 → "512 MiB"."""
    if mebibytes < 1024:
        return f"{mebibytes} MiB"
    return f"{mebibytes / 1024:.4g} GiB"


def plain_size(size: float) -> str:
    """Bytes in the largest unit that leaves a number above one."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if abs(size) < 1024:
            return f"{size:.4g} {unit}"
        size /= 1024
    return f"{size:.4g} TiB"
