"""Fields of action forms whose choices are other resources, or what only the cloud can tell."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from django import forms
from django.core.cache import cache
from django.utils.translation import gettext as _

from clusters import gateway
from clusters.gateway import CloudError
from clusters.inventory import InventoryItem
from opsys.kit.forms.project import Project
from opsys.kit.relate.naming import Ambiguous, the_one, told_apart

OFFERED = 500
"""A longer list cannot be chosen from; whatever is not offered may still be given by name or id."""

FRESH_SECONDS = 30

Choice = tuple[str, str]


class _Late(forms.ChoiceField):
    """A field whose choices are known once it stands in a form."""

    form: Any = None
    empty_label: Any = ""

    def __init__(self, *, empty_label: Any = "–", **options: Any):
        self.empty_label = empty_label
        super().__init__(**options)

    @property
    def several(self) -> bool:
        return isinstance(self, forms.MultipleChoiceField)

    def offer(self, choices: Sequence[Choice]) -> None:
        first = [] if self.several or (self.required and self._only_one(choices)) else [("", self.empty_label)]
        self.choices = [*first, *_told_apart(choices)]

    def _only_one(self, choices: Sequence[Choice]) -> bool:
        """Whether nothing is left to choose."""
        return len(choices) == 1


class ReasonedSelect(forms.Select):
    """A select in which what cannot be chosen is disabled; `against` holds the values and why not."""

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.against: dict[str, str] = {}

    def __deepcopy__(self, memo: dict) -> "ReasonedSelect":
        copied = super().__deepcopy__(memo)
        copied.against = {}
        return copied

    def create_option(self, name, value, *rest: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *rest, **options)
        if str(value) in self.against:
            option["attrs"]["disabled"] = True
        return option


def _told_apart(choices: Sequence[Choice]) -> list[Choice]:
    """With its value where several have the same label."""
    labels = Counter(label for _value, label in choices)
    return [(value, f"{label} · {value}" if labels[label] > 1 else label) for value, label in choices]


class ResourceField(_Late):
    """One resource of the form's cluster, by its id or, where only one has it, its name; cleans to its id (or its
    name, with `by="name"`). `describe(item)` is how it is offered, `only(rows, form)` narrows what is; what stands
    `against(item, form)` choosing it is shown with it and said to whoever chooses it all the same."""

    widget: Any = ReasonedSelect

    def __init__(
        self,
        type_name: str,
        *,
        describe: Callable[[Any], str] = str,
        only: Callable[[Any, Any], Any] = lambda rows, form: rows,
        against: Callable[[Any, Any], str] = lambda row, form: "",
        by: str = "cloud_id",
        **options: Any,
    ):
        self.type_name, self.describe, self.only, self.against, self.by = type_name, describe, only, against, by
        super().__init__(**options)

    def bind_to(self, form) -> None:
        self.form = form
        rows = list(self._rows()[:OFFERED])
        labels = told_apart(rows, [self.describe(row) for row in rows])
        choices = [(getattr(row, self.by), label) for row, label in zip(rows, labels, strict=True)]
        reasons = [self.against(row, self.form) for row in rows]
        against = {value: reason for (value, _label), reason in zip(choices, reasons, strict=True) if reason}
        if isinstance(self.widget, ReasonedSelect):
            self.widget.against = against
        free = [choice for choice in choices if choice[0] not in against]
        # What cannot be chosen stands last, and so is never what a form with one choice chooses by itself.
        self.offer([*free, *((value, f"{label} – {against[value]}") for value, label in choices if value in against)])

    def _only_one(self, choices: Sequence[Choice]) -> bool:
        against = getattr(self.widget, "against", {})
        return len(choices) == 1 and choices[0][0] not in against

    def _rows(self):
        if self.form.cluster is None:
            return []
        return self.only(self.form.rows(self.type_name), self.form).order_by("name", "pk")

    def _find(self, value: str) -> InventoryItem:
        try:
            found = the_one(self._rows(), value) if self.form.cluster is not None else None
        except Ambiguous as problem:
            raise forms.ValidationError(str(problem), code="invalid_choice") from None
        if found is None:
            raise forms.ValidationError(
                _("There is no “%(value)s” to choose in cluster %(cluster)s.")
                % {"value": value, "cluster": self.form.cluster or "–"},
                code="invalid_choice",
            )
        if reason := self.against(found, self.form):
            raise forms.ValidationError(reason, code="state")
        return found

    def clean(self, value: Any) -> Any:
        value = self.to_python(value)
        if value in self.empty_values:
            self.validate_presence(value)
            return "" if not self.several else []
        if self.several:
            return [getattr(self._find(str(one)), self.by) for one in value]
        return getattr(self._find(str(value)), self.by)

    def validate_presence(self, value: Any) -> None:
        if self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")


class ResourcesField(ResourceField, forms.MultipleChoiceField):
    """Several of them; cleans to a list."""

    widget = forms.SelectMultiple


class CloudChoiceField(_Late):
    """A choice that the cloud itself knows: `load(conn)` gives (value, label) pairs, with a connection to the project
    in which something new is made. They are kept for half a minute. Where the cloud cannot be asked, the field says
    why and nothing can be chosen."""

    def __init__(self, name: str, *, load: Callable[[Any], Sequence[Choice]], **options: Any):
        self.name, self.load, self.problem = name, load, ""
        super().__init__(**options)

    def bind_to(self, form) -> None:
        self.form = form
        if form.cluster is None:
            self.offer([])
            return
        try:
            self.offer(choices_of(form.cluster, self.name, self.load, project=form.project))
        except CloudError as error:
            self.problem = str(error)
            self.help_text = self.problem
            self.offer([])

    def validate(self, value: Any) -> None:
        if self.problem and value not in self.empty_values:
            raise forms.ValidationError(self.problem, code="cloud")
        super().validate(value)


class CloudChoicesField(CloudChoiceField, forms.MultipleChoiceField):
    """Several of them; cleans to a list."""


def choices_of(
    cluster, name: str, load: Callable[[Any], Sequence[Choice]], *, project: Project | None = None
) -> list[Choice]:
    """What the cloud offers, at most half a minute old. Raises `CloudError`."""
    project_id = project.id if project else ""
    key = f"choices:{cluster.pk}:{project_id}:{name}"
    kept = cache.get(key)
    if kept is None:
        with gateway.call(cluster, project=project_id) as call:
            kept = [(str(value), str(label)) for value, label in load(call.conn)]
        cache.set(key, kept, FRESH_SECONDS)
    return kept
