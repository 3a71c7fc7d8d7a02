"""Images' files, which go through us part by part: up from a browser or a script, down to one."""

import threading
from contextlib import suppress
from contextvars import copy_context
from dataclasses import replace
from functools import partial

from django.db import connections
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from clusters import access
from clusters.gateway import TransferError
from clusters.models import Cluster
from compute.images import operations
from compute.images.actions import DOWNLOAD
from compute.images.forms import NewImageForm
from compute.images.models import Image
from compute.images.resource import IMAGES
from opsys.kit.act.perform import perform, perform_in
from opsys.kit.act.refusal import why_not, why_not_in
from opsys.kit.declare.action import Outcome, Status
from opsys.kit.forms.form import filled
from opsys.kit.forms.project import NoProject, Project, project_named
from opsys.kit.streaming.deferred_body import body_of
from opsys.kit.streaming.pipe import Pipe

UNSTORED = {"Cache-Control": "no-store"}
BEGIN_SECONDS = 60


class Upload(APIView):
    """A new image. The address says which, `?cluster=east&name=debian&disk_format=qcow2&…`, as the action `upload`
    asks for it; the body is the file itself, of the type `application/octet-stream`. PUT answers once the cloud has
    all of it: 201, or 200 with why not. POST only tells whether the address is complete, before anything is sent."""

    @extend_schema(request=None, responses={200: dict})
    def post(self, request: Request) -> Response:
        cluster = self._cluster(request)
        project = self._project(request, cluster)
        self._params(request, cluster)
        _code, reason = why_not_in(IMAGES.action("upload", "cluster"), cluster, access.held_by(request.user), project)
        return Response({"ready": not reason, "reason": reason})

    @extend_schema(request={"application/octet-stream": bytes}, responses={201: dict, 200: dict})
    def put(self, request: Request) -> Response:
        cluster = self._cluster(request)
        action = IMAGES.action("upload", "cluster")
        params = self._params(request, cluster)
        outcome = perform_in(
            IMAGES,
            replace(action, run=partial(operations.upload, parts=body_of(request._request))),
            cluster,
            name=params["name"],
            user=request.user,
            via="ui" if request.auth is None else "api",
            client=request.META.get("REMOTE_ADDR", ""),
            params=params,
            project=self._project(request, cluster),
        )
        said = {**outcome.as_dict(), "url": ""}
        if outcome.status is Status.DONE:
            said["url"] = IMAGES.url("item", cluster.name, outcome.cloud_id)
        status = 201 if outcome.status is Status.DONE else 200
        return Response({"outcomes": [said]}, status=status, headers=UNSTORED)

    def _cluster(self, request: Request) -> Cluster:
        name = request.query_params.get("cluster", "")
        cluster = access.visible_clusters(request.user).filter(name=name).first()
        if cluster is None:
            raise Http404("no such cluster")
        return cluster

    def _project(self, request: Request, cluster: Cluster) -> Project | NoProject | None:
        try:
            return project_named(cluster, request.query_params.get("project", ""), user=request.user)
        except NoProject as problem:
            return problem

    def _params(self, request: Request, cluster: Cluster) -> dict:
        given = {name: value for name, value in request.query_params.items() if name not in ("cluster", "project")}
        form = filled(NewImageForm, given, cluster=cluster, user=request.user)
        if not form.is_valid():
            raise serializers.ValidationError({"params": form.errors})
        return form.params()


@require_GET
def download(request: HttpRequest, cluster: str, cloud_id: str) -> HttpResponseBase:
    rows = Image.objects.visible_to(request.user).present().select_related("cluster")
    image = rows.filter(cluster__name=cluster, cloud_id=cloud_id).first()
    if image is None:
        raise Http404("no such image")
    given = _file(request, image, user=request.user, via="ui")
    if isinstance(given, Outcome):
        return HttpResponse(given.reason, status=_status(given), content_type="text/plain; charset=utf-8")
    return given


class Download(APIView):
    """The file of an image, as it is. What it was refused or failed for is told with 403, 409 or 502."""

    @extend_schema(responses={(200, "application/octet-stream"): bytes})
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        rows = Image.objects.visible_to(request.user).present().select_related("cluster")
        image = rows.filter(pk=pk).first()
        if image is None:
            raise Http404("no such image")
        given = _file(request._request, image, user=request.user, via="api")
        if isinstance(given, Outcome):
            return JsonResponse({"code": given.code, "detail": given.reason}, status=_status(given))
        return given


def _status(outcome: Outcome) -> int:
    if outcome.status is Status.FAILED:
        return 502
    return 403 if outcome.code == "permission" else 409


def _file(request: HttpRequest, image: Image, *, user, via: str) -> Outcome | StreamingHttpResponse:
    asker = {"user": user, "via": via, "client": request.META.get("REMOTE_ADDR", "")}
    _code, reason = why_not(DOWNLOAD, image, access.held_by(user))
    if reason:
        return perform(IMAGES, DOWNLOAD, [image.pk], **asker)[0]
    pipe = Pipe(request.scope["loop"])  # type: ignore[attr-defined]  # see opsys.kit.streaming.deferred_body
    thread = threading.Thread(target=copy_context().run, args=(_fill, pipe, image.pk, asker), daemon=True)
    thread.start()
    head = pipe.head.result(BEGIN_SECONDS)
    if isinstance(head, Outcome):
        return head
    response = StreamingHttpResponse(pipe.parts(), content_type="application/octet-stream", headers=UNSTORED)
    response["Content-Disposition"] = content_disposition_header(True, file_name(image))
    if head is not None:
        response["Content-Length"] = str(head)
    return response


def file_name(image: Image) -> str:
    name = image.name or image.cloud_id
    ending = f".{image.disk_format}"
    return name if not image.disk_format or name.endswith(ending) else name + ending


def _fill(pipe: Pipe, pk: int, asker: dict) -> None:
    run = partial(operations.download, begin=pipe.head.set_result, put=pipe.put)
    try:
        (outcome,) = perform(IMAGES, replace(DOWNLOAD, run=run), [pk], **asker)
    finally:
        connections.close_all()
    if not pipe.head.done():
        pipe.head.set_result(outcome)
    elif outcome.status is not Status.DONE:
        with suppress(TransferError):
            pipe.put(b"")
