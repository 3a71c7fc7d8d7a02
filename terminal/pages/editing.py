"""Forms of rows that people keep here: hosts, credentials, snippets. Saves and deletions are signed for the audit."""

from collections.abc import Sequence

from django.contrib import messages
from django.db.models import Model, ProtectedError
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from audit.acting import Actor, sign


def edit(
    request: HttpRequest, form: ModelForm, *, back: str, trail: Sequence[tuple[str, str]], title: str
) -> HttpResponse:
    """Show the form, or save it and go to the page named `back`. `trail`: (label, page) of what lies above."""
    if request.method == "POST" and form.is_valid():
        sign(form.instance, Actor.of_request(request))
        form.save()
        messages.success(request, _("“%(name)s” was saved.") % {"name": form.instance})
        return redirect(back)
    return render(request, "terminal/edit.html", {"form": form, "back": back, "trail": trail, "title": title})


def delete(
    request: HttpRequest, row: Model, *, back: str, trail: Sequence[tuple[str, str]], consequence: str
) -> HttpResponse:
    """GET asks, POST does."""
    if request.method == "POST":
        name = str(row)
        sign(row, Actor.of_request(request))
        try:
            row.delete()
        except ProtectedError as protected:
            others = ", ".join(sorted(str(other) for other in protected.protected_objects))
            messages.error(request, _("“%(name)s” is still used by: %(others)s.") % {"name": name, "others": others})
        else:
            messages.success(request, _("“%(name)s” was deleted.") % {"name": name})
        return redirect(back)
    context = {"row": row, "back": back, "trail": trail, "consequence": consequence}
    return render(request, "terminal/delete.html", context)
