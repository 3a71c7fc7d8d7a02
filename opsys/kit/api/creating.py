"""Making something new over REST, and the parts of a resource that only the cloud knows."""

from typing import Any

from django.http import Http404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clusters import access
from clusters.gateway import CloudError
from clusters.models import Cluster
from jobs.models import Job
from opsys.kit.act.dispatch import make_or_submit, refuse
from opsys.kit.act.refusal import outside_projects, why_not_in
from opsys.kit.api.views import UNSTORED, asker, job_begun, keyed
from opsys.kit.console import panels
from opsys.kit.declare.action import Action, Status
from opsys.kit.declare.resource import Resource
from opsys.kit.forms.form import ActionForm, filled
from opsys.kit.forms.project import UNCLEAR, NoProject, Project, project_named
from opsys.kit.relate.panels import panel_of, panels_of


class Wish(serializers.Serializer):
    """What is to be made, and where."""

    cluster = serializers.CharField(max_length=63)
    project = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    params = serializers.DictField(required=False, default=dict)


class ResourceNew(APIView):
    """Make something new in a cluster. 201 when it was made, 200 when it was refused or failed, each with its
    outcome; 202 with a job when the parameters ask for several; 404 for a cluster one may not see."""

    schema = None
    asks_access = True
    resource: Resource = None  # type: ignore[assignment]  # given by the address

    def post(self, request: Request, name: str) -> Response:
        action = self._action(name)
        wish = Wish(data=request.data)
        wish.is_valid(raise_exception=True)
        cluster = access.visible_clusters(request.user).filter(name=wish.validated_data["cluster"]).first()
        if cluster is None:
            raise Http404("no such cluster")
        given: dict[str, Any] = wish.validated_data["params"]
        _code, reason = why_not_in(action, cluster, access.held_by(request.user))
        project = None if reason else self._project(request, action, cluster, wish.validated_data["project"])
        if reason or isinstance(project, NoProject):
            name, asked_by = str(given.get("name", "")), asker(request)
            done: Any = refuse(self.resource, action, cluster, name, project=project, **asked_by)
        else:
            form = filled(action.form or ActionForm, given, cluster=cluster, project=project, user=request.user)
            if not form.is_valid():
                raise serializers.ValidationError({"params": form.errors})
            done = make_or_submit(self.resource, action, cluster, form.requests(), project=project, **keyed(request))
        if isinstance(done, Job):
            return job_begun(request, done)
        (outcome,) = done
        rows = self.resource.model.objects.visible_to(request.user).filter(cluster=cluster, cloud_id=outcome.cloud_id)
        pk = rows.values_list("pk", flat=True).first() if outcome.cloud_id else None
        status = 201 if outcome.status is Status.DONE else 200
        return Response({"outcomes": [{"id": pk, **outcome.as_dict()}]}, status=status, headers=UNSTORED)

    def _project(self, request: Request, action: Action, cluster: Cluster, text: str) -> Project | NoProject | None:
        """What names no project is wrong; a project in which we may not act is a refusal."""
        if text and not action.takes_project:
            raise serializers.ValidationError({"project": [outside_projects()]})
        try:
            return project_named(cluster, text, user=request.user)
        except NoProject as problem:
            if problem.code in UNCLEAR:
                raise serializers.ValidationError({"project": [str(problem)]}) from None
            return problem

    def _action(self, name: str) -> Action:
        try:
            return self.resource.action(name, "cluster")
        except KeyError:
            raise Http404("no such action") from None


class ResourcePanel(APIView):
    """A part of a resource that is read from the cloud now, such as its console log. 424 when the cloud fails, which
    is no failure of ours."""

    schema = None
    resource: Resource = None  # type: ignore[assignment]  # given by the address

    def get(self, request: Request, pk: int, name: str) -> Response:
        item = self.resource.model.objects.visible_to(request.user).present().select_related("cluster").filter(pk=pk)
        found = item.first()
        if found is None or name not in {panel.name for panel in panels_of(self.resource.name)}:
            raise Http404("no such panel")
        panel = panel_of(self.resource, name)
        if reason := panels.refusal(panel, found, request.user):
            return Response({"code": "permission", "detail": reason}, status=403)
        try:
            return Response(panels.load(panel, found, user=request.user, query=request.GET))
        except CloudError as error:
            return Response({"code": error.code, "detail": str(error)}, status=424)
