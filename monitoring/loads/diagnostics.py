"""Nova's diagnostics of a server as figures. Pure values; every field is optional, and a cloud may send anything."""

from collections.abc import Mapping
from typing import Any

from clusters.coerce import mapping, sequence


def load_of(diagnostics: Mapping[str, Any]) -> dict[str, float]:
    """By metric, in the shape of compute 2.48: what all processors, disks and interfaces did together."""
    found = {
        "cpu.ns": _sum(diagnostics, "cpu_details", "time"),
        "disk.read": _sum(diagnostics, "disk_details", "read_bytes"),
        "disk.write": _sum(diagnostics, "disk_details", "write_bytes"),
        "net.in": _sum(diagnostics, "nic_details", "rx_octets"),
        "net.out": _sum(diagnostics, "nic_details", "tx_octets"),
        "memory.used": _number(mapping(diagnostics.get("memory_details")).get("used")),
    }
    return {name: value for name, value in found.items() if value is not None}


def _sum(diagnostics: Mapping[str, Any], devices: str, field: str) -> float | None:
    values = [_number(mapping(device).get(field)) for device in sequence(diagnostics.get(devices))]
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _number(value: Any) -> float | None:
    fine = isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 2**60
    return value if fine else None
