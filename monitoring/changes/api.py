"""The feed for programs, newest first."""

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import Serializer

from monitoring.changes.listing import found
from monitoring.changes.models import Change
from monitoring.changes.telling import for_programs, told
from opsys.kit.lists.scope import scope_of


class _Pages(CursorPagination):
    """A cursor, because new ones arrive at the top all the time."""

    ordering = ("-at", "-id")
    page_size = 50
    page_size_query_param = "per_page"
    max_page_size = 500


class ChangeList(GenericAPIView):
    """What appeared, vanished or changed, with `columns` as name → [before, after], and whether it came of an
    operation of ours. Takes the filters of the page."""

    serializer_class = Serializer
    pagination_class = _Pages
    queryset: QuerySet[Change] = Change.objects.none()

    @extend_schema(
        operation_id="monitoring_changes_list",
        parameters=[
            OpenApiParameter("cluster", str, many=True),
            OpenApiParameter("group", str),
            OpenApiParameter("type", str, many=True, description="Such as compute.server."),
            OpenApiParameter("kind", str, many=True, enum=Change.Kind.values),
            OpenApiParameter("source", str, enum=["ours", "outside"]),
            *(OpenApiParameter(name, str) for name in ("q", "user", "project")),
            *(OpenApiParameter(name, OpenApiTypes.DATETIME) for name in ("since", "until")),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request) -> Response:
        scope = scope_of(request)
        chosen, rows = found(request, scope)
        if not chosen.is_valid():
            raise ValidationError(chosen.errors)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(for_programs(told(page, scope.clusters, user=request.user)))
