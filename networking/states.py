"""Neutron's statuses, and what they look like."""

COLOURS = {"ACTIVE": "green", "DOWN": "secondary", "ERROR": "red", "BUILD": "azure", "DEGRADED": "yellow"}


def colour(item) -> str:
    return COLOURS.get(item.status, "secondary")
