"""The audit for programs: to read, page by page, newest first."""

from django.db.models import QuerySet
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination

from audit.listing import EventFilter
from audit.models import Event


class EventSerializer(serializers.ModelSerializer):
    user = serializers.CharField(source="username")
    cluster = serializers.CharField(source="cluster_name")
    reason = serializers.CharField(source="told")

    class Meta:
        model = Event
        fields = [
            *("id", "at", "operation", "user", "via", "client", "action", "phase", "resource", "cluster"),
            *("cloud_id", "name", "reason", "error_code", "request_id", "global_request_id", "params", "seconds"),
        ]


class EventPages(CursorPagination):
    """A cursor, because new events arrive at the top all the time."""

    ordering = ("-at", "-id")
    page_size = 50
    page_size_query_param = "per_page"
    max_page_size = 500


class EventList(ListAPIView):
    """What happened, as far as the asking user may know. Takes the filters of the page."""

    serializer_class = EventSerializer
    pagination_class = EventPages
    queryset = Event.objects.none()

    def get_queryset(self) -> QuerySet[Event]:
        return Event.objects.visible_to(self.request.user)

    def filter_queryset(self, queryset: QuerySet[Event]) -> QuerySet[Event]:
        chosen = EventFilter(self.request.query_params, queryset=queryset, request=self.request)
        if not chosen.is_valid():
            raise ValidationError(chosen.errors)
        return chosen.qs
