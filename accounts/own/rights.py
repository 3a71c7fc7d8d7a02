"""What may I do where, and why; and for platform admins the same of anybody, and of a cluster."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts import explaining
from accounts.models import User
from clusters import access
from clusters.access import LABELS
from clusters.models import Cluster

PAGE = 100


@require_GET
def own_rights(request: HttpRequest) -> HttpResponse:
    lines = explaining.of_user(request.user, _clusters(access.visible_clusters(request.user)))
    return _page(request, "accounts/rights.html", lines, person=request.user)


@require_GET
def rights(request: HttpRequest) -> HttpResponse:
    """`?user=NAME`: the clusters of a person; `?cluster=NAME`: the people of a cluster; neither: where to begin."""
    if not access.is_platform_admin(request.user):
        raise PermissionDenied
    if name := request.GET.get("user", "").strip():
        person = get_object_or_404(User, username=name)
        lines = explaining.of_user(person, _clusters(Cluster.objects.all()))
        return _page(request, "accounts/rights_matrix.html", lines, person=person)
    if name := request.GET.get("cluster", "").strip():
        cluster = get_object_or_404(Cluster, name=name)
        return _page(request, "accounts/rights_matrix.html", explaining.of_cluster(cluster), cluster=cluster)
    return _page(request, "accounts/rights_matrix.html", [])


def _clusters(rows) -> list[Cluster]:
    return list(rows.select_related("group").order_by("name"))


def _page(request: HttpRequest, template: str, lines: list[explaining.Line], **about) -> HttpResponse:
    page = Paginator(lines, PAGE).get_page(request.GET.get("page"))
    names = {
        "people": User.objects.order_by("username").values_list("username", flat=True)[:5000],
        "clusters": Cluster.objects.order_by("name").values_list("name", flat=True),
    }
    context = {"page": page, "headings": list(LABELS.values()), **about}
    return render(request, template, {**context, **(names if access.is_platform_admin(request.user) else {})})
