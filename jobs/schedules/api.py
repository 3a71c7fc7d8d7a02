"""Schedules over REST: the console's rules and checks, through the same form."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.acting import Actor, sign
from jobs.models import Schedule, ScheduleRun
from jobs.schedules import pages, running
from jobs.schedules.forms import NUMBERS, OwnScheduleForm, fields_of
from jobs.schedules.snapshots import SERVERS
from opsys.kit.api.views import keyed


class ScheduleSerializer(serializers.ModelSerializer):
    owner = serializers.CharField(source="owner_name", read_only=True)

    class Meta:
        model = Schedule
        fields = (
            *("id", "name", "owner", "kind", "resource", "action", "query", "pattern"),
            *NUMBERS,
            *("cron", "time_zone", "grace_minutes", "enabled", "next_due_at"),
        )
        read_only_fields = ("kind", "resource", "next_due_at")


class NewScheduleSerializer(ScheduleSerializer):
    """`kind` and `resource` are chosen once; what else is needed depends on them."""

    kind = serializers.ChoiceField(Schedule.Kind.choices, default=Schedule.Kind.POWER)
    resource = serializers.CharField(default=SERVERS)

    class Meta(ScheduleSerializer.Meta):
        read_only_fields = ("next_due_at",)


class RunSerializer(serializers.ModelSerializer):
    note = serializers.CharField(source="told")

    class Meta:
        model = ScheduleRun
        fields = ("due_at", "started_at", "state", "missed", "note", "job")


class SwitchSerializer(serializers.Serializer):
    enabled = serializers.BooleanField()


class _Pages(CursorPagination):
    page_size = 50
    ordering = "-pk"


class ScheduleList(GenericAPIView):
    """One's own schedules, a platform admin's all; a new one acts as whoever writes it."""

    acts_later = True
    serializer_class = ScheduleSerializer
    pagination_class = _Pages
    queryset = Schedule.objects.none()

    @extend_schema(operation_id="jobs_schedules_list", responses=ScheduleSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = self.paginate_queryset(Schedule.objects.visible_to(request.user))
        return self.get_paginated_response(ScheduleSerializer(rows, many=True).data)

    @extend_schema(request=NewScheduleSerializer, responses={201: ScheduleSerializer})
    def post(self, request: Request) -> Response:
        given = _given(request)
        kind, resource = given.pop("kind", Schedule.Kind.POWER), given.pop("resource", SERVERS)
        if not isinstance(resource, str) or not pages.may_write(request.user, kind, resource):
            raise serializers.ValidationError({"kind": [_("There are no such schedules, or not for you.")]})
        return Response(_saved(request, pages.begun(request.user, kind, resource), given), status=201)


class ScheduleDetail(APIView):
    """One's own, for a platform admin anybody's; what one may not see is a 404, as in the console."""

    acts_later = True

    @extend_schema(responses=ScheduleSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(ScheduleSerializer(get_object_or_404(Schedule.objects.visible_to(request.user), pk=pk)).data)

    @extend_schema(request=ScheduleSerializer(partial=True), responses=ScheduleSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """What is left out stays as it is."""
        return Response(_saved(request, pages.changeable(request, pk), _given(request)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        schedule = pages.changeable(request, pk)
        sign(schedule, Actor.of_request(request))
        schedule.delete()
        return Response(status=204)


class ScheduleSwitch(APIView):
    acts_later = True

    @extend_schema(request=SwitchSerializer, responses=ScheduleSerializer)
    def post(self, request: Request, pk: int) -> Response:
        schedule = pages.changeable(request, pk)
        wanted = SwitchSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        schedule.enabled = wanted.validated_data["enabled"]
        sign(schedule, Actor.of_request(request))
        schedule.save()
        return Response(ScheduleSerializer(schedule).data)


class ScheduleRuns(GenericAPIView):
    """What its runs came to, the last one first."""

    serializer_class = RunSerializer
    pagination_class = _Pages
    queryset = ScheduleRun.objects.none()

    @extend_schema(operation_id="jobs_schedules_runs_list", responses=RunSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        schedule = get_object_or_404(Schedule.objects.visible_to(request.user), pk=pk)
        rows = self.paginate_queryset(schedule.runs.all())
        return self.get_paginated_response(RunSerializer(rows, many=True).data)


class ScheduleRunNow(APIView):
    """Once more, by hand. 409 when it was just asked for."""

    acts_later = True

    @extend_schema(request=None, responses=RunSerializer)
    def post(self, request: Request, pk: int) -> Response:
        done = running.run_now(pages.own(request, pk), keyed(request)["request"])
        if done is None:
            return Response({"code": "just_started", "detail": _("It was just started.")}, status=409)
        return Response(RunSerializer(done).data)


def _given(request: Request) -> dict[str, Any]:
    if not isinstance(request.data, dict):
        raise serializers.ValidationError([_("Send an object.")])
    return dict(request.data)


def _saved(request: Request, schedule: Schedule, given: dict[str, Any]) -> dict[str, Any]:
    """The form's answer, filled in with what the schedule is where the caller says nothing. An unknown name is an
    error: it is more likely a mistake than something to pass over."""
    names = fields_of(schedule.kind)
    if unknown := sorted(set(given) - set(names)):
        raise serializers.ValidationError({name: [_("There is no such field.")] for name in unknown})
    present = {name: getattr(schedule, name) for name in names}
    form = OwnScheduleForm({**present, **given}, instance=schedule)
    if not form.is_valid():
        raise serializers.ValidationError(form.errors)
    sign(form.instance, Actor.of_request(request))
    form.save()
    schedule.refresh_from_db()
    return ScheduleSerializer(schedule).data
