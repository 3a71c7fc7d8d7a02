"""How templates of panels draw what is used."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.safestring import SafeString

from opsys.kit.lists.shares import Share

register = template.Library()


@register.filter
def bar(share: Mapping[str, Any]) -> SafeString:
    """A `Share.as_dict()` as the bar that lists draw."""
    return Share(share["used"], share["total"], share["unit"]).html()
