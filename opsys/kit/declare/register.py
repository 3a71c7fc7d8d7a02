"""Which resource types there are. Filled when the apps load, read by every door."""

from clusters import inventory, links
from opsys.kit.declare.resource import Resource

_resources: dict[str, Resource] = {}


def register(resource: Resource) -> Resource:
    """Give a type its doors and have it synced."""
    inventory.track(resource.model, resource.source)
    links.EXTRACTORS[resource.model] = {relation.name: relation.of for relation in resource.relations if relation.ids}
    _resources[resource.name] = resource
    return resource


def resources() -> list[Resource]:
    return list(_resources.values())


def get(name: str) -> Resource:
    """The type called `compute.server`; KeyError if there is none."""
    return _resources[name]
