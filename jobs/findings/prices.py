"""What it costs to leave a finding as it is, where the price sheet knows a price for it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KT

from monitoring.usage.costs import known_cost
from monitoring.usage.hours import Hours

HOURS = 30 * 24
SIZED = ("vcpus", "ram", "disk", "ephemeral")
"""What a server says of its flavor."""


def with_sizes(type_name: str, rows: QuerySet) -> tuple[QuerySet, Sequence[str]]:
    """The rows with what their price depends on, and how these values are called."""
    if type_name == "compute.server":
        return rows.annotate(**{f"flavor_{name}": KT(f"data__flavor__{name}") for name in SIZED}), [
            f"flavor_{name}" for name in SIZED
        ]
    return rows, ["size"] if type_name == "storage.volume" else []


def cost_of_a_month(type_name: str, sizes: Sequence[Any], prices: Mapping[str, Decimal]) -> Decimal | None:
    """Of 30 days. None where it is not known, as that of a server whose flavor the cloud does not tell."""
    amounts = _amounts(type_name, sizes) if prices else None
    if amounts is None:
        return None
    hours = Hours()
    hours.add(amounts, HOURS)
    return known_cost(hours, prices)


def _amounts(type_name: str, sizes: Sequence[Any]) -> Hours | None:
    try:
        numbers = [float(size) for size in sizes]
    except (TypeError, ValueError):
        return None
    if type_name == "compute.server":
        return Hours.of_server(*numbers)
    if type_name == "storage.volume":
        return Hours(volumes=numbers[0])
    return Hours(addresses=1) if type_name == "networking.floatingip" else None
