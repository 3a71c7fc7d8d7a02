"""Lines people paste often: one's own and shared ones."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from terminal.models import Snippet
from terminal.pages import editing
from terminal.pages.forms import SnippetForm, editable_snippets

BACK = "terminal:snippets"


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    editable = set(editable_snippets(request.user).values_list("pk", flat=True))
    rows = Snippet.objects.visible_to(request.user).select_related("owner", "cluster")
    return render(request, "terminal/snippets.html", {"rows": [(row, row.pk in editable) for row in rows]})


@require_GET
def as_json(request: HttpRequest) -> JsonResponse:
    """For the shells' page."""
    rows = Snippet.objects.visible_to(request.user)
    return JsonResponse({"snippets": [{"name": row.name, "text": row.text} for row in rows]})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = SnippetForm(request.POST or None, user=request.user)
    return editing.edit(request, form, back=BACK, trail=_trail(), title=_("New snippet"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    snippet = get_object_or_404(editable_snippets(request.user), pk=pk)
    form = SnippetForm(request.POST or None, instance=snippet, user=request.user)
    return editing.edit(request, form, back=BACK, trail=_trail(), title=snippet.name)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    snippet = get_object_or_404(editable_snippets(request.user), pk=pk)
    return editing.delete(request, snippet, back=BACK, trail=_trail(), consequence="")


def _trail() -> list[tuple[str, str]]:
    return [(_("Terminal"), "terminal:start"), (_("Snippets"), BACK)]
