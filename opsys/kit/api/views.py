"""The REST door of every registered type."""

from django.http import Http404
from django.urls import reverse
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clusters import access, sync
from jobs.models import Job
from opsys.kit import register
from opsys.kit.action import Action
from opsys.kit.api.pages import Pages
from opsys.kit.api.rows import as_json
from opsys.kit.filters import ordering
from opsys.kit.freshness import freshness
from opsys.kit.many import perform_or_submit
from opsys.kit.query import query_of
from opsys.kit.resource import Resource

MOST_AT_ONCE = 1000


class Targets(serializers.Serializer):
    """What an action is done to: the `id`s of rows."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=MOST_AT_ONCE
    )
    params = serializers.DictField(required=False, default=dict)


class Index(APIView):
    """The types there are, with the addresses of their lists and the names of their actions."""

    def get(self, request: Request) -> Response:
        return Response(
            {
                resource.name: {
                    "url": request.build_absolute_uri(f"{resource.app}/{resource.slug}/"),
                    "actions": [action.name for action in resource.actions],
                }
                for resource in register.resources()
            }
        )


class ResourceList(APIView):
    resource: Resource = None  # type: ignore[assignment]  # given by the address

    def get(self, request: Request) -> Response:
        query = query_of(self.resource, request)
        if not query.filter.is_valid():
            raise serializers.ValidationError(query.filter.errors)
        sync.look(self.resource.name, query.scope.ids)
        pages = Pages(ordering(self.resource, query.sort))
        rows = pages.paginate_queryset(query.rows, request, view=self)
        held = access.held_by(request.user)
        response = pages.get_paginated_response([as_json(self.resource, row, held) for row in rows])
        states, _version = freshness(self.resource.model, query.scope.clusters)
        response.data["clusters"] = [
            {"name": s.cluster.name, "state": s.state, "synced_at": s.synced_at, "reason": s.reason} for s in states
        ]
        return response


class ResourceDetail(APIView):
    resource: Resource = None  # type: ignore[assignment]  # given by the address

    def get(self, request: Request, pk: int) -> Response:
        rows = self.resource.model.objects.visible_to(request.user).present().select_related("cluster")
        item = rows.filter(pk=pk).first()
        if item is None:
            raise Http404("no such resource")
        sync.look(self.resource.name, [item.cluster_id])
        return Response(as_json(self.resource, item, access.held_by(request.user), whole=True))


class ResourceAction(APIView):
    """Do something to rows. 200 with one outcome each, whatever became of them; 202 with a job when there are
    more than a few; 404 for an unknown action."""

    resource: Resource = None  # type: ignore[assignment]  # given by the address

    def post(self, request: Request, name: str) -> Response:
        action = self._action(name)
        targets = Targets(data=request.data)
        targets.is_valid(raise_exception=True)
        params = targets.validated_data["params"]
        if action.form:
            form = action.form(params)
            if not form.is_valid():
                raise serializers.ValidationError({"params": form.errors})
            params = form.cleaned_data
        elif params:
            raise serializers.ValidationError({"params": ["This action takes no parameters."]})
        ids = list(dict.fromkeys(targets.validated_data["ids"]))
        done = perform_or_submit(
            self.resource,
            action,
            ids,
            user=request.user,
            via="api",
            client=request.META.get("REMOTE_ADDR", ""),
            params=params,
        )
        if isinstance(done, Job):
            address = request.build_absolute_uri(reverse("api-job", args=[done.pk]))
            return Response({"job": {"id": done.pk, "title": done.title, "url": address}}, status=202)
        pairs = zip(ids, done, strict=True)
        return Response({"outcomes": [{"id": pk, **outcome.as_dict()} for pk, outcome in pairs]})

    def _action(self, name: str) -> Action:
        try:
            return self.resource.action(name)
        except KeyError:
            raise Http404("no such action") from None
