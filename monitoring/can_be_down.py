"""Which types are services and hosts that can be down."""

from opsys.kit.declare import register
from opsys.kit.declare.resource import Resource


def types_that_can_be_down() -> list[Resource]:
    """Those whose list can be filtered by a service's state."""
    return [resource for resource in register.resources() if offers(resource, "state", "down")]


def offers(resource: Resource, name: str, value: str) -> bool:
    """Whether a list can be filtered by this value."""
    return any(value in dict(spec.choices) for spec in resource.filters if spec.name == name)
