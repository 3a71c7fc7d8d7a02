"""The search at the top of every page: what it offers while one types, and its own page."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render

from opsys.kit.console.request import ConsoleRequest
from opsys.kit.lists.scope import Scope, scope_of
from opsys.kit.search.find import Found, find

OFFERED, LISTED = 5, 25


def find_page(request: ConsoleRequest) -> HttpResponse:
    """`?q=`. With `?go=1`, as Enter sends it, a single exact hit is opened at once."""
    typing = request.htmx.target == "found"
    scope = request.console_scope = scope_of(request)
    found = find(request.GET.get("q", ""), scope, limit=OFFERED if typing else LISTED)
    if "go" in request.GET and found.only and not typing:
        return redirect(found.only.url)
    context = {"found": found, "groups": _groups(found, scope), "narrowed": scope.narrowed, "everywhere": _all(found)}
    return render(request, "kit/_found.html" if typing else "kit/find.html", context)


def _groups(found: Found, scope: Scope) -> list[dict]:
    """Each type's hits, and the address of its list for all of them."""
    kept = {name: value for name, value in (("cluster", scope.cluster), ("group", scope.group)) if value}
    query = urlencode({"q": found.text, **kept})
    return [
        {"resource": group.resource, "hits": group.hits, "more": group.more, "url": f"{group.resource.url()}?{query}"}
        for group in found.groups
    ]


def _all(found: Found) -> str:
    return f"?{urlencode({'q': found.text})}"
