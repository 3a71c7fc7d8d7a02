"""The parameters of an action: one form for the dialog, the API and the command line."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from clusters.inventory import InventoryItem, model_named
from clusters.models import Cluster
from opsys.kit.forms.project import Project


class ActionForm(forms.Form):
    """Knows whom the action is about: `targets` are the rows, or none when something new is made in `cluster`.

    `cluster` is the one cluster all targets are in, or None. `project` is the one chosen for something new, None for
    that of the cluster's credential. With `one_cluster` rows of several clusters are an error,
    because the choices come from one. With a `template`, which draws the fields in its own way, something new is
    asked for on a page instead of in a dialog.
    """

    one_cluster = False
    template = ""

    def __init__(
        self,
        data: Any = None,
        *,
        targets: Sequence[InventoryItem] = (),
        cluster: Cluster | None = None,
        project: Project | None = None,
        user,
        **options: Any,
    ):
        self.targets = list(targets)
        clusters = {item.cluster_id: item.cluster for item in self.targets}
        self.cluster = cluster or (next(iter(clusters.values())) if len(clusters) == 1 else None)
        self.project = project
        self.user = user
        super().__init__(data, **options)
        for field in self.fields.values():
            if hasattr(field, "bind_to"):
                field.bind_to(self)

    @property
    def target(self) -> InventoryItem | None:
        """The row, when it is one."""
        return self.targets[0] if len(self.targets) == 1 else None

    @property
    def project_id(self) -> str:
        """The project in which something new is made; "" where the credential's own is not known."""
        if self.project is not None:
            return self.project.id
        return (self.cluster.capabilities.get("project_id") or "") if self.cluster else ""

    def rows(self, type_name: str) -> QuerySet:
        """What the user may see of another type in the form's cluster. `LookupError` for a type that is not there."""
        return model_named(type_name).objects.visible_to(self.user).present().filter(cluster=self.cluster)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.one_cluster and self.cluster is None:
            raise forms.ValidationError(_("Choose rows of one cluster only."), code="clusters")
        return cleaned

    def params(self) -> dict[str, Any]:
        """What `run` is given, as plain JSON values: what was filled in. An empty optional field is left out."""
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "", [], {})}

    def requests(self) -> list[tuple[str, dict[str, Any]]]:
        """For an action that makes something new: the name and the parameters of each new resource."""
        params = self.params()
        return [(str(params.get("name", "")), params)]


def filled(
    form_class: type[ActionForm],
    given: Mapping[str, Any],
    *,
    user,
    targets: Sequence[InventoryItem] = (),
    cluster: Cluster | None = None,
    project: Project | None = None,
) -> ActionForm:
    """The form as a program fills it in: what it leaves out stays as it is, a name the form does not know is wrong."""
    place: dict[str, Any] = {"targets": targets, "cluster": cluster, "project": project, "user": user}
    empty = form_class(**place)
    values = {name: _as_typed(empty.get_initial_for_field(field, name)) for name, field in empty.fields.items()}
    form = form_class({**values, **given}, **place)
    if unknown := sorted(set(given) - set(form.fields)):
        known = ", ".join(form.fields) or "–"
        form.add_error(None, _("Unknown: %(unknown)s. Known: %(known)s.") % {"unknown": unknown[0], "known": known})
    return form


def _as_typed(value: Any) -> Any:
    return "" if value is None else value
