"""Which types are services, agents and hosts that can be down."""

from opsys.kit.declare import register
from opsys.kit.declare.resource import Resource

OWN_WAY = {"networking.networkagent": {"status": "DOWN"}}
"""An agent has no state beside its status."""


def types_that_can_be_down() -> list[tuple[Resource, dict[str, str]]]:
    """Each with what its list is filtered by to show those that are; the columns have the same names."""
    return [(resource, found) for resource in register.resources() if (found := _down(resource))]


def _down(resource: Resource) -> dict[str, str]:
    if resource.name in OWN_WAY:
        return OWN_WAY[resource.name]
    return {"state": "down"} if offers(resource, "state", "down") else {}


def offers(resource: Resource, name: str, value: str) -> bool:
    """Whether a list can be filtered by this value."""
    return any(value in dict(spec.choices) for spec in resource.filters if spec.name == name)
