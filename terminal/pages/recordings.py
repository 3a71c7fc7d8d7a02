"""Recordings: to find, to play in the page, to take along as asciicast, or of a screen as FBS."""

import django_filters
from django.contrib import messages
from django.core import signing
from django.db.models import Q, QuerySet
from django.forms import DateTimeInput
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from clusters import access
from clusters.models import Cluster
from opsys.kit.console.request import ConsoleRequest
from opsys.kit.lists.paging import page_of
from terminal.errors import Refused
from terminal.models import Recording, Session
from terminal.pages.bodies import refusal
from terminal.pages.streams import streamed
from terminal.pages.texts import player_texts
from terminal.recording import pieces, reading
from terminal.recording.format import Broken

NAME_SAFE = "-_."


class _Moment(DateTimeInput):
    input_type = "datetime-local"


def _clusters(request: HttpRequest | None) -> QuerySet[Cluster]:
    return access.visible_clusters(request.user) if request is not None else Cluster.objects.none()


class RecordingFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(method="search", label=_("Search"))
    user = django_filters.CharFilter(field_name="session__username", lookup_expr="iexact", label=_("User"))
    cluster = django_filters.ModelMultipleChoiceFilter(
        queryset=_clusters, to_field_name="name", field_name="session__cluster", distinct=False, label=_("Cluster")
    )
    since = django_filters.IsoDateTimeFilter(
        field_name="session__started_at", lookup_expr="gte", label=_("From"), widget=_Moment
    )
    until = django_filters.IsoDateTimeFilter(
        field_name="session__started_at", lookup_expr="lte", label=_("To"), widget=_Moment
    )

    class Meta:
        model = Recording
        fields: list[str] = []

    def search(self, rows: QuerySet, name: str, text: str) -> QuerySet:
        found = Q()
        for column in ("target_name", "username", "address", "login_name"):
            found |= Q(**{f"session__{column}__icontains": text})
        return rows.filter(found | Q(session__cloud_id=text))


@require_GET
def list_page(request: ConsoleRequest) -> HttpResponse:
    """Newest first; who watches or downloads one is written into the audit."""
    visible = Recording.objects.visible_to(request.user).exclude(state=Recording.State.DELETED)
    rows = visible.select_related("session", "session__cluster").order_by("-session__started_at", "-pk")
    chosen = RecordingFilter(request.GET, queryset=rows, request=request)
    page = page_of(chosen.qs if chosen.is_valid() else rows.none(), request)
    context = {
        "rows": page.rows,
        "page": page,
        "count": page.count,
        "filter": chosen,
        "query": request.GET.get("q", ""),
    }
    template = "terminal/_recordings_region.html" if request.htmx.target == "region" else "terminal/recordings.html"
    return render(request, template, context)


@require_GET
def play(request: HttpRequest, pk: int) -> HttpResponse:
    recording = _playable(request, pk)
    context = {
        "recording": recording,
        "session": recording.session,
        "commands": recording.session.commands.all(),
        "texts": player_texts(),
    }
    return render(request, "terminal/play.html", context)


@require_GET
def events(request: HttpRequest, pk: int) -> HttpResponse:
    """What the player shows, a piece of it: one JSON line an event, `[seconds, kind, text]`. The address of the next
    piece is in the header `X-Following`."""
    try:
        piece = pieces.piece(_playable(request, pk), **_who(request), following=request.GET.get("following", ""))
    except Refused as refused:
        return refusal(refused)
    except (signing.BadSignature, Broken) as error:
        sentence = str(error if isinstance(error, Broken) else _("Load the page again."))
        return JsonResponse({"error": sentence}, status=400)
    answer = HttpResponse(b"".join(piece.lines), content_type="application/x-ndjson")
    if piece.following:
        answer["X-Following"] = f"{request.path}?following={piece.following}"
    return answer


@require_GET
def verify(request: HttpRequest, pk: int) -> JsonResponse:
    verdict = reading.verify(_playable(request, pk))
    return JsonResponse({"ok": verdict.ok, "problem": verdict.problem, "chunks": verdict.chunks})


@require_GET
def download(request: HttpRequest, pk: int) -> HttpResponseBase:
    recording = _playable(request, pk)
    try:
        if recording.session.is_screen:
            file, kind, ending = reading.framebuffer_stream(recording, **_who(request)), "octet-stream", "fbs"
        else:
            file, kind, ending = reading.asciicast(recording, **_who(request)), "x-asciicast", "cast"
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("terminal:recording", pk=pk)
    answer = streamed(request, file, f"application/{kind}")
    answer["Content-Disposition"] = f'attachment; filename="{_file_name(recording.session)}.{ending}"'
    return answer


def _who(request: HttpRequest) -> dict:
    return {"user": request.user, "client": request.META.get("REMOTE_ADDR") or ""}


def _playable(request: HttpRequest, pk: int) -> Recording:
    visible = Recording.objects.visible_to(request.user).exclude(state=Recording.State.DELETED)
    return get_object_or_404(visible.select_related("session", "session__cluster"), pk=pk)


def _file_name(session: Session) -> str:
    target = "".join(c if c.isascii() and (c.isalnum() or c in NAME_SAFE) else "_" for c in session.target_name)
    return f"{target[:60]}-{session.started_at:%Y%m%d-%H%M%S}"
