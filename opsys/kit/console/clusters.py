"""The page of clusters: how each of them is, for whoever works with them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from opsys.kit.lists.clusters import known_clusters


def clusters_page(request: HttpRequest) -> HttpResponse:
    return render(request, "kit/clusters.html", {"known": known_clusters(request.user)})
