"""The keys hosts are known by. Who may open shells on a cluster sees them; who administers it removes one, after which
the next connection shows the host's key and asks again."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clusters import access
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.lists.paging import page_of
from terminal.models import HostKey
from terminal.pages import editing, targets
from terminal.pages.forms import administered

BACK = "terminal:host-keys"


def visible(user) -> QuerySet[HostKey]:
    """Keys of hosts of no cluster are for platform admins, as those hosts are."""
    if user.is_superuser:
        return HostKey.objects.all()
    return HostKey.objects.filter(cluster__in=targets.console_clusters(user))


@require_GET
def list_page(request: ConsoleRequest) -> HttpResponse:
    """`?q=` looks for a host or a fingerprint."""
    text = request.GET.get("q", "").strip()
    rows = visible(request.user).select_related("cluster", "accepted_by").order_by("title", "host", "port", "pk")
    if text:
        rows = rows.filter(Q(title__icontains=text) | Q(host__icontains=text) | Q(fingerprint__icontains=text))
    page = page_of(rows, request)
    removable = {pk for pk, held in access.held_by(request.user).items() if access.ADMINISTER in held}
    context = {
        "rows": [(row, request.user.is_superuser or row.cluster_id in removable) for row in page.rows],
        "page": page,
        "count": page.count,
        "query": text,
    }
    template = "terminal/_host_keys_region.html" if request.htmx.target == "region" else "terminal/host_keys.html"
    return render(request, template, context)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    keys = visible(request.user)
    if not request.user.is_superuser:
        keys = keys.filter(cluster__in=administered(request.user))
    key = get_object_or_404(keys, pk=pk)
    consequence = _(
        "The next connection shows the key the host has then, and asks. Remove a key only if you know why it changed: "
        "the server was rebuilt, or its keys were made anew."
    )
    trail = [(_("Terminal"), "terminal:start"), (_("Host keys"), BACK)]
    return editing.delete(request, key, back=BACK, trail=trail, consequence=consequence)
