"""The REST door of every registered type."""

from dataclasses import asdict
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clusters import access, sync
from jobs.models import Job
from opsys.kit.act import idempotency
from opsys.kit.act.dispatch import perform_or_submit
from opsys.kit.act.idempotency import LONGEST_KEY
from opsys.kit.act.plan import Plan, plan_of
from opsys.kit.act.selection import Unfit, programs_choice, unexpected
from opsys.kit.api.pages import Pages
from opsys.kit.api.rows import as_json, wanted
from opsys.kit.declare import register
from opsys.kit.declare.action import Action, Outcome
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.form import filled
from opsys.kit.lists.filters import ordering
from opsys.kit.lists.freshness import freshness
from opsys.kit.lists.query import query_of
from opsys.kit.relate.relations import dependents_of

MOST_AT_ONCE = 1000


class Targets(serializers.Serializer):
    """What an action is done to: the `id`s of rows, or all rows that a `filter` of the list finds."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1),
        min_length=1,
        max_length=MOST_AT_ONCE,
        required=False,
    )
    filter = serializers.DictField(required=False)
    expect = serializers.IntegerField(min_value=0, required=False)
    dry_run = serializers.BooleanField(required=False, default=False)
    params = serializers.DictField(required=False, default=dict)
    reason = serializers.CharField(required=False, default="", allow_blank=True, max_length=500)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("ids" in attrs) == ("filter" in attrs):
            raise serializers.ValidationError({"ids": [_("Give either ids or a filter.")]})
        return attrs


class Index(APIView):
    """The types there are, with the addresses of their lists and the names of their actions."""

    @extend_schema(responses=OpenApiTypes.OBJECT, operation_id="types")
    def get(self, request: Request) -> Response:
        return Response(
            {
                resource.name: {
                    "url": request.build_absolute_uri(f"{resource.app}/{resource.slug}/"),
                    "actions": [action.name for action in resource.on_items],
                    "new": [action.name for action in resource.on_clusters],
                }
                for resource in register.resources()
            }
        )


class ResourceList(APIView):
    schema = None  # opsys.kit.api.schema describes it
    resource: Resource = None  # type: ignore[assignment]  # given by the address

    def get(self, request: Request) -> Response:
        query = query_of(self.resource, request)
        if not query.filter.is_valid():
            raise serializers.ValidationError(query.filter.errors)
        only = wanted(self.resource, request.query_params)
        sync.look(self.resource.name, query.scope.ids)
        pages = Pages(ordering(self.resource, query.sort))
        rows = pages.paginate_queryset(query.rows, request, view=self)
        held = access.held_by(request.user)
        response = pages.get_paginated_response([as_json(self.resource, row, held, only=only) for row in rows])
        states, _version = freshness(self.resource.model, query.scope.clusters)
        response.data["clusters"] = [
            {
                "name": s.cluster.name,
                **{key: getattr(s, key) for key in ("state", "synced_at", "reason", "retry_at")},
                "progress": asdict(s.progress) if s.progress else None,
            }
            for s in states
        ]
        return response


class ResourceDetail(APIView):
    schema = None  # opsys.kit.api.schema describes it
    resource: Resource = None  # type: ignore[assignment]  # given by the address

    def get(self, request: Request, pk: int) -> Response:
        rows = self.resource.model.objects.visible_to(request.user).present().select_related("cluster")
        item = rows.filter(pk=pk).first()
        if item is None:
            raise Http404("no such resource")
        sync.look(self.resource.name, [item.cluster_id])
        return Response(as_json(self.resource, item, access.held_by(request.user), whole=True))


UNSTORED = {"Cache-Control": "no-store"}
"""An outcome may hold what is shown only once."""


def asker(request: Request) -> dict[str, Any]:
    return {"user": request.user, "via": "api", "client": request.META.get("REMOTE_ADDR", "")}


def keyed(request: Request) -> dict[str, Any]:
    """The same with the header `Idempotency-Key`."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY:
        raise serializers.ValidationError(
            {"Idempotency-Key": [_("At most %(most)d characters.") % {"most": LONGEST_KEY}]}
        )
    return {**asker(request), "request": idempotency.Request(request.user, key)}


def job_begun(request: Request, job: Job, told: dict[str, Any] | None = None) -> Response:
    address = request.build_absolute_uri(reverse("api-job", args=[job.pk]))
    return Response({**(told or {}), "job": {"id": job.pk, "title": job.heading, "url": address}}, status=202)


class Changed(exceptions.APIException):
    """What was asked for fitted another moment."""

    status_code = 409
    default_code = "changed"


class ResourceAction(APIView):
    """Do something to rows. 200 with one outcome each, whatever became of them; 202 with a job when there are
    more than a few; 404 for an unknown action.

    With a `filter` those that qualify are acted on, and the answer counts the others by reason. `expect` is how many
    the caller thinks they are: 409 if they are not. What is dangerous wants it from six rows on."""

    schema = None
    asks_access = True
    resource: Resource = None  # type: ignore[assignment]  # given by the address

    def post(self, request: Request, name: str) -> Response:
        action = self._action(name)
        targets = Targets(data=request.data)
        targets.is_valid(raise_exception=True)
        given = targets.validated_data
        if "filter" in given:
            return self._to_all(request, action, given)
        ids = list(dict.fromkeys(given["ids"]))
        if action.single and len(ids) > 1:
            raise serializers.ValidationError({"ids": [_("This can be done to only one at a time.")]})
        if given["dry_run"]:
            return Response(self._told(action, plan_of(self.resource, action, ids, request.user)))
        done = perform_or_submit(
            self.resource,
            action,
            ids,
            params=self._params(action, ids, given["params"]),
            why=given["reason"],
            **keyed(request),
        )
        return self._answer(request, ids, done)

    def _to_all(self, request: Request, action: Action, given: dict[str, Any]) -> Response:
        if action.single:
            raise serializers.ValidationError({"filter": [_("This can be done to only one at a time.")]})
        try:
            keys = programs_choice(self.resource, given["filter"], user=request.user)
        except Unfit as reason:
            raise serializers.ValidationError({"filter": [str(reason)]}) from None
        plan = plan_of(self.resource, action, keys, request.user)
        ids = [item.pk for item in plan.ready]
        if given["dry_run"]:
            return Response(self._told(action, plan))
        told = plan.as_dict()
        if complaint := unexpected(action, plan.ready, given.get("expect")):
            raise Changed(complaint) if "expect" in given else serializers.ValidationError({"expect": [complaint]})
        params = self._params(action, ids, given["params"])
        if not ids:
            return Response({**told, "outcomes": []})
        done = perform_or_submit(self.resource, action, ids, params=params, why=given["reason"], **keyed(request))
        return self._answer(request, ids, done, told)

    def _told(self, action: Action, plan: Plan) -> dict[str, Any]:
        """The plan in numbers; before a deletion also what refers to what is deleted."""
        if not action.deletes:
            return plan.as_dict()
        found = dependents_of(self.resource, plan.ready, user=self.request.user, cascades=action.cascades)
        return {**plan.as_dict(), "dependents": [one.as_dict() for one in found]}

    def _answer(
        self, request: Request, ids: list[int], done: list[Outcome] | Job, told: dict[str, Any] | None = None
    ) -> Response:
        if isinstance(done, Job):
            return job_begun(request, done, told)
        outcomes = [{"id": pk, **outcome.as_dict()} for pk, outcome in zip(ids, done, strict=True)]
        return Response({**(told or {}), "outcomes": outcomes}, headers=UNSTORED)

    def _params(self, action: Action, ids: list[int], given: dict[str, Any]) -> dict[str, Any] | None:
        if action.form is None:
            if given:
                raise serializers.ValidationError({"params": [_("This action takes no parameters.")]})
            return {}
        ready = plan_of(self.resource, action, ids, self.request.user).ready
        if not ready:
            return None
        form = filled(action.form, given, targets=ready, user=self.request.user)
        if not form.is_valid():
            raise serializers.ValidationError({"params": form.errors})
        return form.params()

    def _action(self, name: str) -> Action:
        try:
            return self.resource.action(name)
        except KeyError:
            raise Http404("no such action") from None
