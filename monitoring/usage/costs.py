"""What hours cost by the price sheet."""

from collections.abc import Mapping
from dataclasses import fields
from decimal import Decimal

from monitoring.usage.hours import Hours
from monitoring.usage.models import Price


def price_sheet() -> dict[str, Decimal]:
    """The prices there are, by what they are of."""
    return {price.what: price.amount for price in Price.objects.all()}


def cost(hours: Hours, prices: Mapping[str, Decimal]) -> Decimal | None:
    """None without any price."""
    if not prices:
        return None
    total = sum((amount * Decimal(getattr(hours, what)) for what, amount in prices.items()), Decimal(0))
    return total.quantize(Decimal("0.01"))


def known_cost(hours: Hours, prices: Mapping[str, Decimal]) -> Decimal | None:
    """None where nothing of what there is hours of has a price."""
    used = {one.name for one in fields(hours) if getattr(hours, one.name)}
    return cost(hours, prices) if used & prices.keys() else None
