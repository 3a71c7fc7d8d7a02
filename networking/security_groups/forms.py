"""What is asked for when security groups are made and changed."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.inventory import model_named
from networking import addresses
from networking.fields import PrefixField
from networking.forms import ChangeForm
from networking.rules import MATCHED, PRESETS, same_rule
from networking.security_groups.models import SecurityGroup
from opsys.kit.forms.form import ActionForm


class CreateForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)
    stateful = forms.BooleanField(
        label=gettext_lazy("Stateful"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Replies are allowed automatically. A stateless group needs a rule for them."),
    )

    def clean_name(self) -> str:
        if self.cleaned_data["name"].lower() == "default":
            raise forms.ValidationError(_("The cloud keeps this name for the group that every project has."))
        return self.cleaned_data["name"]


class EditForm(ChangeForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=255)
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)
    stateful = forms.BooleanField(
        label=gettext_lazy("Stateful"),
        required=False,
        help_text=gettext_lazy("Changed only while no port uses the group."),
    )

    def current(self, item: SecurityGroup) -> dict[str, Any]:
        return {"name": item.name, "description": item.text("description"), "stateful": item.stateful}

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if name != self.before.get("name") and "default" in (name.lower(), self.before.get("name")):
            raise forms.ValidationError(_("The group that every project has keeps its name, and no other has it."))
        return name


class PresetForm(ActionForm):
    """Rules that are often wanted, chosen instead of written."""

    presets = forms.MultipleChoiceField(
        label=gettext_lazy("What is let in"),
        choices=[(name, label) for name, (label, _rules) in PRESETS.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    remote_ip_prefix = PrefixField(
        label=gettext_lazy("From"),
        max_length=64,
        widget=forms.TextInput(attrs={"placeholder": "203.0.113.0/24"}),
        help_text=gettext_lazy("A prefix. 0.0.0.0/0 is the whole world."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.errors:
            return cleaned
        for rule in self.rules():
            try:
                addresses.prefix(rule["remote_ip_prefix"])
            except ValidationError as error:
                self.add_error("remote_ip_prefix", error)
            for group in self.targets:
                rows = model_named("networking.securitygrouprule").objects.visible_to(self.user).present()
                own = rows.filter(cluster=group.cluster, security_group_id=group.cloud_id)
                if there := same_rule(own, rule).first():
                    self.add_error(
                        "presets",
                        _("Group “%(group)s” has this rule already: %(rule)s.") % {"group": group, "rule": there},
                    )
        return cleaned

    def rules(self) -> list[dict[str, Any]]:
        remote = self.cleaned_data["remote_ip_prefix"]
        family = "IPv6" if ":" in remote else "IPv4"
        base = {"direction": "ingress", "ethertype": family, "remote_ip_prefix": remote}
        chosen = [rule for name in self.cleaned_data["presets"] for rule in PRESETS[name][1]]
        return [{**base, **self._in_family(rule, family)} for rule in chosen]

    def _in_family(self, rule: dict[str, Any], family: str) -> dict[str, Any]:
        if family == "IPv6" and rule.get("protocol") == "icmp":
            return {"protocol": "ipv6-icmp", "port_range_min": 128, "port_range_max": 0}
        return rule

    def params(self) -> dict[str, Any]:
        return {"rules": self.rules()}


class CopyForm(CreateForm):
    """A group of any cluster the user sees, made anew in this one. Rules that name another group are left out, as
    that group is another one there; those that name the group itself name the new one."""

    source = forms.CharField(
        label=gettext_lazy("Copy of"),
        max_length=255,
        help_text=gettext_lazy("ID of a security group in any cluster. Rules that name other groups are left out."),
    )
    field_order = ("source", "name", "description", "stateful")

    def clean_source(self) -> str:
        rows = SecurityGroup.objects.visible_to(self.user).present()
        self.group = rows.filter(cloud_id=self.cleaned_data["source"]).select_related("cluster").first()
        if self.group is None:
            raise forms.ValidationError(_("There is no such security group."), code="invalid_choice")
        return self.cleaned_data["source"]

    def params(self) -> dict[str, Any]:
        given = super().params()
        given.pop("source")
        return {**given, "rules": self._rules()}

    def _rules(self) -> list[dict[str, Any]]:
        rows = model_named("networking.securitygrouprule").objects.visible_to(self.user).present()
        own = rows.filter(cluster=self.group.cluster, security_group_id=self.group.cloud_id).order_by("pk")
        found = []
        for rule in own:
            said = {name: getattr(rule, name) for name in MATCHED if getattr(rule, name) not in ("", None)}
            if rule.remote_address_group_id or said.get("remote_group_id", self.group.cloud_id) != self.group.cloud_id:
                continue
            if "remote_group_id" in said:
                said["remote_group_id"] = "self"
            found.append({**said, **({"description": text} if (text := rule.text("description")) else {})})
        return found
