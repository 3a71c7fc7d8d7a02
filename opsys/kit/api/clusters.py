"""The clusters over REST: state, freshness of each type, capabilities. To read; they are kept in Django admin."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from opsys.kit.lists.clusters import Known, known_clusters


class ClusterList(APIView):
    """All that one may see."""

    @extend_schema(operation_id="clusters.list", tags=["clusters"], responses=dict)
    def get(self, request: Request) -> Response:
        return Response({"results": [_as_json(known) for known in known_clusters(request.user)]})


class ClusterDetail(APIView):
    """One by its name."""

    @extend_schema(operation_id="clusters.read", tags=["clusters"], responses=dict)
    def get(self, request: Request, name: str) -> Response:
        for known in known_clusters(request.user):
            if known.cluster.name == name:
                return Response(_as_json(known))
        raise Http404("no such cluster")


def _as_json(known: Known) -> dict[str, Any]:
    """Neither addresses nor credentials: who may see a cluster need not know how it is reached."""
    cluster = known.cluster
    return {
        "name": cluster.name,
        "description": cluster.description,
        "group": cluster.group.name if cluster.group else "",
        "environment": cluster.environment,
        "enabled": cluster.enabled,
        "region": cluster.region,
        "state": known.state,
        "checked_at": cluster.checked_at,
        "services": known.services,
        "types": [
            {
                "type": name,
                "state": found.state,
                "synced_at": found.synced_at,
                "reason": found.reason,
                "retry_at": found.retry_at,
            }
            for name, found in sorted(known.types.items())
        ],
    }
