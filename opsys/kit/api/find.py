"""The search over every type, for programs."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from opsys.kit.lists.scope import scope_of
from opsys.kit.search.find import find

MOST_A_TYPE = 50


class HitSerializer(serializers.Serializer):
    type = serializers.CharField()
    id = serializers.IntegerField()
    cloud_id = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    cluster = serializers.CharField()
    status = serializers.CharField(allow_blank=True)
    match = serializers.CharField(allow_blank=True)
    exact = serializers.BooleanField()


class FoundSerializer(serializers.Serializer):
    """`more` names the types of which there are others."""

    results = HitSerializer(many=True)
    more = serializers.ListField(child=serializers.CharField())


class Find(APIView):
    """`?q=` finds by name, id, address or MAC in everything one may see; `cluster` and `group` narrow it."""

    @extend_schema(
        parameters=[
            OpenApiParameter("q", str, description="A part of what is looked for."),
            OpenApiParameter("cluster", str, many=True, description="Only these clusters."),
            OpenApiParameter("group", str, description="Only the clusters of this group."),
        ],
        responses=FoundSerializer,
        operation_id="find",
    )
    def get(self, request: Request) -> Response:
        found = find(request.GET.get("q", ""), scope_of(request), limit=MOST_A_TYPE)
        return Response(
            {
                "results": [hit.as_dict() for hit in found.hits],
                "more": [group.resource.name for group in found.groups if group.more],
            }
        )
