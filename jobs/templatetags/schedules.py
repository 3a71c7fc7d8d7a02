from django import template

from jobs.schedules import work
from opsys.kit.declare.resource import Resource

register = template.Library()


@register.filter
def schedulable(resource: Resource) -> bool:
    """Whether something can be done with this type by the clock."""
    return work.type_named(resource.name) is not None
