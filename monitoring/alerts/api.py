"""Alerts, rules and silences for programs: the pages' rules and forms."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied
from rest_framework.generics import GenericAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.acting import Actor, sign
from clusters import access
from monitoring.alerts.acknowledging import acknowledge
from monitoring.alerts.forms import RULE_FIELDS, RuleForm, SilenceForm
from monitoring.alerts.models import Alert, AlertRule, Silence
from monitoring.alerts.models.severity import Severity
from monitoring.alerts.rights import why_not, why_not_silence
from monitoring.alerts.scoped import alerts_in
from opsys.kit.lists.scope import scope_of


class AlertSerializer(serializers.ModelSerializer):
    rule = serializers.CharField(source="rule.kind")
    cluster = serializers.CharField(source="cluster.name", default="")
    type = serializers.CharField(source="resource")
    text = serializers.CharField(source="told_text")

    class Meta:
        model = Alert
        fields = (
            *("id", "rule", "severity", "state", "cluster", "type", "cloud_id", "name", "text", "value", "began_at"),
            *("fired_at", "ended_at", "acknowledged_at", "acknowledged_by", "note", "url"),
        )


class NoteSerializer(serializers.Serializer):
    note = serializers.CharField(required=False, allow_blank=True, max_length=500)


class RuleSerializer(serializers.ModelSerializer):
    cluster = serializers.CharField(source="cluster.name", default=None, allow_null=True)
    group = serializers.CharField(source="group.name", default=None, allow_null=True)
    channel = serializers.CharField(source="channel.name", default=None, allow_null=True)
    escalate_to = serializers.CharField(source="escalate_to.name", default=None, allow_null=True)

    class Meta:
        model = AlertRule
        fields = ("id", *RULE_FIELDS, "evaluated_at")


class SilenceSerializer(serializers.ModelSerializer):
    cluster = serializers.CharField(source="cluster.name", default=None, allow_null=True)

    class Meta:
        model = Silence
        fields = (
            "id",
            "cluster",
            "rule",
            "resource",
            "cloud_id",
            "text",
            "starts_at",
            "ends_at",
            "reason",
            "created_by",
        )
        read_only_fields = ("id", "starts_at", "created_by")


class _Pages(CursorPagination):
    page_size = 50
    page_size_query_param = "per_page"
    max_page_size = 500
    ordering = "-pk"


class AlertList(GenericAPIView):
    """What fires; with `?state=resolved` what was over lately. Takes `cluster`, `group` and `severity`."""

    serializer_class = AlertSerializer
    pagination_class = _Pages
    queryset = Alert.objects.none()

    @extend_schema(
        operation_id="monitoring_alerts_list",
        parameters=[
            OpenApiParameter("state", str, enum=["firing", "resolved"]),
            OpenApiParameter("severity", str, many=True, enum=Severity.values),
            OpenApiParameter("cluster", str, many=True),
            OpenApiParameter("group", str),
        ],
        responses=AlertSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        state = request.query_params.get("state", Alert.State.FIRING)
        if state not in (Alert.State.FIRING, Alert.State.RESOLVED):
            raise serializers.ValidationError({"state": [_("There is no such state.")]})
        rows = alerts_in(scope_of(request), user=request.user).filter(state=state)
        wanted = request.query_params.getlist("severity")
        if wanted:
            rows = rows.filter(severity__in=wanted)
        page = self.paginate_queryset(rows.select_related("rule", "cluster"))
        return self.get_paginated_response(AlertSerializer(page, many=True).data)


class AlertDetail(APIView):
    @extend_schema(responses=AlertSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(AlertSerializer(_alert(request, pk)).data)


class AlertAcknowledge(APIView):
    """Take it up. 403 with the reason where one may only look."""

    @extend_schema(request=NoteSerializer, responses=AlertSerializer)
    def post(self, request: Request, pk: int) -> Response:
        alert = _alert(request, pk)
        if reason := why_not(request.user, alert, access.held_by(request.user)):
            raise PermissionDenied(reason)
        note = NoteSerializer(data=request.data)
        note.is_valid(raise_exception=True)
        acknowledge(alert, actor=Actor.of_request(request), note=note.validated_data.get("note", ""))
        return Response(AlertSerializer(_alert(request, pk)).data)


class RuleList(GenericAPIView):
    """For platform admins."""

    serializer_class = RuleSerializer
    queryset = AlertRule.objects.none()

    @extend_schema(operation_id="monitoring_alerts_rules_list", responses=RuleSerializer(many=True))
    def get(self, request: Request) -> Response:
        _platform_admin(request)
        rows = AlertRule.objects.select_related("cluster", "group", "channel", "escalate_to")
        return Response(RuleSerializer(rows, many=True).data)

    @extend_schema(request=RuleSerializer, responses={201: RuleSerializer})
    def post(self, request: Request) -> Response:
        _platform_admin(request)
        return Response(RuleSerializer(_saved(request, RuleForm, AlertRule(), by_name=True)).data, status=201)


class RuleDetail(APIView):
    @extend_schema(responses=RuleSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(RuleSerializer(self._rule(request, pk)).data)

    @extend_schema(request=RuleSerializer(partial=True), responses=RuleSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """What is left out stays as it is."""
        return Response(RuleSerializer(_saved(request, RuleForm, self._rule(request, pk), by_name=True)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        rule = self._rule(request, pk)
        sign(rule, Actor.of_request(request))
        rule.delete()
        return Response(status=204)

    def _rule(self, request: Request, pk: int) -> AlertRule:
        _platform_admin(request)
        return get_object_or_404(AlertRule, pk=pk)


class SilenceList(GenericAPIView):
    """Those one may see; a new one wants “operate” on its cluster, and for all clusters a platform admin."""

    serializer_class = SilenceSerializer
    pagination_class = _Pages
    queryset = Silence.objects.none()

    @extend_schema(operation_id="monitoring_alerts_silences_list", responses=SilenceSerializer(many=True))
    def get(self, request: Request) -> Response:
        rows = self.paginate_queryset(Silence.objects.visible_to(request.user).select_related("cluster"))
        return self.get_paginated_response(SilenceSerializer(rows, many=True).data)

    @extend_schema(request=SilenceSerializer, responses={201: SilenceSerializer})
    def post(self, request: Request) -> Response:
        silence = _saved(request, SilenceForm, Silence(), user=request.user)
        return Response(SilenceSerializer(silence).data, status=201)


class SilenceDetail(APIView):
    @extend_schema(responses=SilenceSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return Response(SilenceSerializer(self._silence(request, pk)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        silence = self._silence(request, pk)
        if reason := why_not_silence(request.user, silence.cluster, access.held_by(request.user)):
            raise PermissionDenied(reason)
        sign(silence, Actor.of_request(request))
        silence.delete()
        return Response(status=204)

    def _silence(self, request: Request, pk: int) -> Silence:
        return get_object_or_404(Silence.objects.visible_to(request.user).select_related("cluster"), pk=pk)


def _alert(request: Request, pk: int) -> Alert:
    rows = Alert.objects.visible_to(request.user).shown().select_related("rule", "cluster")
    return get_object_or_404(rows, pk=pk)


def _platform_admin(request: Request) -> None:
    if not access.is_platform_admin(request.user):
        raise PermissionDenied(_("Only a platform admin may do that."))


def filled_rule(rule: AlertRule, given: dict[str, Any]) -> RuleForm:
    """The form, filled in with what the rule is where nothing is given. Things are named."""
    return _filled(RuleForm, rule, given, by_name=True)


def _filled(form_class: type[Any], row: Any, given: dict[str, Any], **options: Any) -> Any:
    form = form_class(instance=row, **options)
    if unknown := sorted(set(given) - set(form.fields)):
        raise serializers.ValidationError({name: [_("There is no such field.")] for name in unknown})
    if wrong := [name for name, value in given.items() if isinstance(value, list | dict)]:
        raise serializers.ValidationError({name: [_("Send one value.")] for name in wrong})
    present = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    if row.pk:
        named = {"cluster", "group", "channel", "escalate_to"} & set(form.fields)
        present |= {name: str(getattr(row, name) or "") for name in named}
    return form_class({**present, **given}, instance=row, **options)


def _saved(request: Request, form_class: type[Any], row: Any, **options: Any) -> Any:
    if not isinstance(request.data, dict):
        raise serializers.ValidationError([_("Send an object.")])
    form = _filled(form_class, row, dict(request.data.items()), **options)
    if not form.is_valid():
        raise serializers.ValidationError(form.errors)
    sign(form.instance, Actor.of_request(request))
    return form.save()
