"""Emptying a host over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.emptying import starting
from jobs.emptying.forms import EmptyForm
from jobs.emptying.pages import hypervisor_of
from jobs.emptying.plan import Plan, plan_of
from opsys.kit.api.views import job_begun, keyed


class Options(serializers.Serializer):
    """What is left out is as the page proposes it."""

    disable = serializers.BooleanField(required=False)
    reason = serializers.CharField(required=False)
    host = serializers.CharField(required=False, allow_blank=True)
    block_migration = serializers.CharField(required=False)
    confirm = serializers.BooleanField(required=False)
    unlock = serializers.BooleanField(required=False)
    at_once = serializers.IntegerField(required=False)


class EmptyHostView(APIView):
    """GET: what would become of each server. POST: do it; 202 with the job, whose items are all its servers, 409 if
    nothing was begun. With `unlock` those are moved too whose lock alone stands in the way."""

    @extend_schema(responses=dict)
    def get(self, request: Request, pk: int) -> Response:
        return Response(_as_json(plan_of(hypervisor_of(request.user, pk), user=request.user)))

    @extend_schema(request=Options, responses=dict)
    def post(self, request: Request, pk: int) -> Response:
        plan = plan_of(hypervisor_of(request.user, pk), user=request.user)
        given = Options(data=request.data)
        given.is_valid(raise_exception=True)
        empty = EmptyForm(plan=plan)
        initial = {name: field.initial for name, field in empty.fields.items() if field.initial is not None}
        form = EmptyForm({**initial, **given.validated_data}, plan=plan)
        if not form.is_valid():
            raise serializers.ValidationError(form.errors)
        try:
            job = starting.start(plan, form.cleaned_data, asked=given.validated_data, **keyed(request))
        except starting.NotDisabled as refused:
            return Response({"code": refused.outcome.code, "detail": str(refused)}, status=409)
        if job is None:
            return Response(
                {"code": "nothing_to_do", "detail": starting.nothing_to_do(plan), **_as_json(plan)}, status=409
            )
        return job_begun(request, job, _as_json(plan))


def _as_json(plan: Plan) -> dict:
    return {
        "hosts": [host.host for host in plan.others],
        "servers": [
            {
                "id": move.server.pk,
                "cloud_id": move.server.cloud_id,
                "name": move.server.name,
                "action": move.action,
                "reason": move.reason,
                "warning": move.warning,
                "unlockable": move.unlockable,
            }
            for move in plan.moves
        ],
    }
