"""What every page says of each cluster. Fifty of them, drawn by a template, cost as much as the page's table."""

from urllib.parse import quote

from django import template
from django.http import HttpRequest
from django.utils.safestring import SafeString

from opsys.kit.lists.freshness import Freshness
from opsys.kit.lists.markup import filled, together
from opsys.kit.lists.scope import Scope

register = template.Library()
CHOICE = '<a class="dropdown-item%s data-scope href="%s"><span class="dot dot-%s"></span>%s%s</a>\n'
CHOSEN, OTHERWISE = SafeString(' active" aria-current="true"'), SafeString('"')
HINT = '<span class="dropdown-hint">%s</span>'
CHIP = (
    '<span class="chip chip-ok"><span class="dot dot-green"></span>%s '
    '<time class="ago" datetime="%s">%s</time></span>\n'
)


@register.simple_tag
def cluster_choices(scope: Scope, request: HttpRequest) -> SafeString:
    """A link to this page for each cluster one may see, the rest of the address kept but for its page number."""
    query = request.GET.copy()
    for name in ("cluster", "group", "page"):
        query.pop(name, None)
    start = f"?{query.urlencode()}&cluster=" if query else "?cluster="
    return together(
        filled(
            CHOICE,
            CHOSEN if cluster.name == scope.cluster else OTHERWISE,
            start + quote(cluster.name),
            cluster.colour,
            cluster.name,
            filled(HINT, cluster.group) if cluster.group else "",
        )
        for cluster in scope.all_clusters
    )


@register.simple_tag
def chips(states: list[Freshness]) -> SafeString:
    """A chip for each cluster that was read as it should be."""
    moments = ((state.cluster.name, state.synced_at.isoformat() if state.synced_at else "") for state in states)
    return together(filled(CHIP, name, at, at) for name, at in moments)
