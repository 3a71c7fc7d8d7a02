"""What people keep of a list: the columns they chose, and views under names of their own. Both are dialogs over the
list; the address they are about is the one the list has in the browser."""

from urllib.parse import urlsplit

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsys.kit.console.request import ConsoleRequest
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.columns import columns_of
from opsys.kit.lists.saved import MOST_VIEWS, NONE, address_of, keep_columns, save_view, saved_by, worth_keeping
from opsys.kit.models import SavedView


def columns_dialog(request: ConsoleRequest, resource: Resource) -> HttpResponse:
    """GET: which columns, in which order. POST keeps them, or with `reset` forgets them."""
    saved, address = saved_by(request.user, resource), _address(request)
    if request.method == "POST":
        names = columns_of(resource, ",".join(request.POST.getlist("columns"))).names
        keep_columns(request.user, resource, [] if "reset" in request.POST else names)
        address.pop("columns", None)
        if "reset" not in request.POST:
            address["columns"] = ",".join(names)  # so that the address, sent to somebody, shows the same
        return _go_to(resource, address.urlencode())
    shown = columns_of(resource, address.get("columns", ""), saved.columns)
    others = [column for column in resource.columns if column.name not in shown.names]
    context = {
        "columns": [(column, True) for column in shown.columns] + [(column, False) for column in others],
        "chosen": shown.chosen,
        "url": resource.url("columns"),
    }
    return render(request, "kit/_columns_dialog.html", context)


class ViewForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=60)
    is_default = forms.BooleanField(
        label=gettext_lazy("Use as the default view"),
        required=False,
        help_text=gettext_lazy("Shown whenever the list's address says nothing else."),
    )

    def __init__(self, data=None, *, taken: set[str], full: bool, **options):
        super().__init__(data, **options)
        self.taken, self.full = taken, full

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if name == NONE or name.lower() in self.taken:
            raise forms.ValidationError(_("You have a view of this name. Choose another one."))
        if self.full:
            raise forms.ValidationError(_("You have %(count)d views. Delete one first.") % {"count": MOST_VIEWS})
        return name


def view_dialog(request: ConsoleRequest, resource: Resource) -> HttpResponse:
    """Without `?view=`: save what the list shows under a name. With it: rename that view, have it open the list, take
    over what the list shows now, or delete it."""
    saved, address = saved_by(request.user, resource), _address(request)
    old = saved.named(request.GET.get("view", ""))
    if old is None and request.GET.get("view"):
        raise Http404("no such view")
    query = worth_keeping(_with_columns(resource, address, saved.columns))
    if request.method == "POST" and old and "delete" in request.POST:
        old.delete()
        if address.get("view") == old.name:
            address["view"] = NONE
        return _go_to(resource, address.urlencode())
    form = ViewForm(
        request.POST if request.method == "POST" else None,
        taken={view.name.lower() for view in saved.views if view != old},
        full=old is None and len(saved.views) >= MOST_VIEWS,
        initial={"name": old.name, "is_default": old.is_default} if old else {},
    )
    if request.method == "POST" and form.is_valid():
        kept = query if old is None or "take" in request.POST else old.query
        save_view(
            request.user,
            resource,
            form.cleaned_data["name"],
            kept,
            default=form.cleaned_data["is_default"],
            old=old,
        )
        view = SavedView(name=form.cleaned_data["name"], query=kept)
        return _go_to(resource, address_of(view))
    context = {
        "form": form,
        "view": old,
        "differs": old is not None and old.query != query,
        "url": _own(request, resource),
    }
    return render(request, "kit/_view_dialog.html", context)


def _with_columns(resource: Resource, address: QueryDict, kept: list[str]) -> QueryDict:
    """A view remembers its columns too, also those that come from what the person chose for the whole type."""
    columns = columns_of(resource, address.get("columns", ""), kept)
    if columns.chosen:
        address = address.copy()
        address["columns"] = ",".join(columns.names)
    return address


def _own(request: HttpRequest, resource: Resource) -> str:
    query = request.GET.urlencode()
    return resource.url("view") + (f"?{query}" if query else "")


def _address(request: ConsoleRequest) -> QueryDict:
    """The query of the list that the dialog stands over, as the browser's address has it."""
    return QueryDict(urlsplit(request.htmx.current_url or "").query, mutable=True)


def _go_to(resource: Resource, query: str) -> HttpResponse:
    response = HttpResponse(status=204)
    response["HX-Redirect"] = resource.url() + (f"?{query}" if query else "")
    return response
