"""A person's own SSH credentials. Secrets go in and never come out."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from terminal.models import SshCredential
from terminal.pages import editing
from terminal.pages.forms import CredentialForm

BACK = "terminal:credentials"


@require_GET
def list_page(request: HttpRequest) -> HttpResponse:
    """One's own, and by name the shared ones that one may use."""
    visible = SshCredential.objects.visible_to(request.user).select_related("cluster", "cluster_group", "owner")
    own = [row for row in visible if row.owner_id == request.user.pk]
    shared = [row for row in visible if row.owner_id is None]
    return render(request, "terminal/credentials.html", {"own": own, "shared": shared})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    form = CredentialForm(request.POST or None, instance=SshCredential(owner_id=request.user.pk), user=request.user)
    return editing.edit(request, form, back=BACK, trail=_trail(), title=_("New credential"))


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    credential = _own(request, pk)
    form = CredentialForm(request.POST or None, instance=credential, user=request.user)
    return editing.edit(request, form, back=BACK, trail=_trail(), title=credential.name)


@require_http_methods(["GET", "POST"])
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    consequence = _("It is gone for good. Shells that were opened with it stay open.")
    return editing.delete(request, _own(request, pk), back=BACK, trail=_trail(), consequence=consequence)


def _own(request: HttpRequest, pk: int) -> SshCredential:
    return get_object_or_404(SshCredential.objects.visible_to(request.user).filter(owner=request.user), pk=pk)


def _trail() -> list[tuple[str, str]]:
    return [(_("Terminal"), "terminal:start"), (_("SSH credentials"), BACK)]
