"""Changing a project's quotas: one field for each that the service has."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import gateway
from clusters.gateway import CloudError
from identity import quota_services as quotas
from identity import quota_words as words
from opsys.kit.forms.form import ActionForm

LARGEST = 2**31 - 1


class QuotaForm(ActionForm):
    """-1 is no limit. Less than what is in use needs `below_usage`: nothing is taken away then, but nothing new can
    be had."""

    service: ClassVar[quotas.Service]
    below_usage = forms.BooleanField(
        label=gettext_lazy("Allow less than what is in use"),
        required=False,
        help_text=gettext_lazy("Nothing is taken away then, but the project gets nothing new."),
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.current: dict[str, quotas.Quota] = {}
        self.problem = ""
        if self.target is None:
            return
        try:
            with gateway.call(self.target.cluster) as call:
                self.current = self.service.read(call.conn, self.target.cloud_id)
        except CloudError as error:
            self.problem = str(error)
            self.fields["below_usage"].help_text = self.problem
        for name in sorted(self.current, key=words.place_of):
            self.fields[name] = self._field(name)
        self.order_fields([*sorted(self.current, key=words.place_of), "below_usage"])

    def _field(self, name: str) -> forms.IntegerField:
        quota = self.current[name]
        in_use = _("%(used)d in use. -1: no limit.") % {"used": quota["used"] + quota["reserved"]}
        return forms.IntegerField(
            label=words.label_of(name), min_value=-1, max_value=LARGEST, initial=quota["limit"], help_text=in_use
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.problem:
            raise forms.ValidationError(self.problem, code="cloud")
        for name, quota in self.current.items():
            wanted, used = cleaned.get(name), quota["used"] + quota["reserved"]
            if wanted is None or wanted in (-1, quota["limit"]) or cleaned.get("below_usage"):
                continue
            if wanted < used:
                self.add_error(name, _("%(used)d are in use. Tick below to go lower.") % {"used": used})
        if not self.errors and not self._changed():
            raise forms.ValidationError(_("Nothing was changed."), code="unchanged")
        return cleaned

    def _changed(self) -> dict[str, int]:
        return {
            name: self.cleaned_data[name]
            for name, quota in self.current.items()
            if self.cleaned_data[name] != quota["limit"]
        }

    def params(self) -> dict[str, Any]:
        return {"limits": self._changed(), "force": self.cleaned_data["below_usage"]}


class ComputeQuotaForm(QuotaForm):
    service = quotas.COMPUTE


class StorageQuotaForm(QuotaForm):
    service = quotas.STORAGE


class NetworkQuotaForm(QuotaForm):
    service = quotas.NETWORK
