"""Forms that change what there is, for all rooms of this app."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy

from clusters.addresses import canonical
from clusters.sentences import gettext as _
from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm

QOS_POLICY = "networking.qospolicy"
MAC = RegexValidator(r"^([0-9a-fA-F]{2}:){5}[0-9a-fA-F]{2}$", gettext_lazy("“%(value)s” is not a MAC address."))


class MacField(forms.CharField):
    """A MAC address, with colons, dashes, Cisco's dots or nothing between; cleans to colons."""

    default_validators = [MAC]

    def to_python(self, value: Any) -> str:
        return canonical(super().to_python(value))


class ChangeForm(ActionForm):
    """Begins with what the one target has, and passes on what differs."""

    def current(self, item: Any) -> dict[str, Any]:
        """The present value of each field."""
        raise NotImplementedError

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.before = self.current(self.target) if self.target is not None else {}
        for name, value in self.before.items():
            self.initial.setdefault(name, value)

    def changed(self) -> dict[str, Any]:
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if (value or None) != (self.before.get(name) or None)
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not self.changed():
            raise forms.ValidationError(_("Nothing was changed."), code="unchanged")
        return cleaned

    def params(self) -> dict[str, Any]:
        return self.changed()


class QosPolicyForm(ActionForm):
    one_cluster = True

    qos_policy = ResourceField(
        QOS_POLICY, label=gettext_lazy("QoS policy"), required=False, empty_label=gettext_lazy("none")
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.target is not None:
            self.initial.setdefault("qos_policy", self.target.qos_policy_id)

    def params(self) -> dict[str, Any]:
        """Empty is an answer too."""
        return {"qos_policy": self.cleaned_data["qos_policy"]}
