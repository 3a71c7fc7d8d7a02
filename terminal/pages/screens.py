"""Screens of chosen servers side by side, to see which one hangs."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from clusters.models import Cluster
from terminal.models import Policy
from terminal.models.policies import default_policy
from terminal.pages.targets import console_clusters
from terminal.pages.texts import player_texts, wall_texts


@require_GET
def wall(request: HttpRequest) -> HttpResponse:
    """Which servers stands behind the `#` of the address, so that a choice can be kept as a bookmark."""
    own = dict(Policy.objects.exclude(cluster=None).values_list("cluster", "wall_screens"))
    default = default_policy().wall_screens
    clusters = Cluster.objects.filter(pk__in=console_clusters(request.user)).order_by("name")
    allowed = {cluster.name: own.get(cluster.pk, default) for cluster in clusters}
    context = {
        "allowed": {name: most for name, most in allowed.items() if most},
        "texts": {**player_texts(), **wall_texts()},
    }
    return render(request, "terminal/wall.html", context)
