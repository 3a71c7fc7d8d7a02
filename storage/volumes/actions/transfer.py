"""A volume's way into another project: it is offered with a key, and whoever has that accepts it there."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from opsys.kit.declare.action import Shown
from opsys.kit.forms.form import ActionForm
from storage.declaring import option, storage_action
from storage.volumes import creating, operations
from storage.volumes.states import free

GROUP = gettext_lazy("Project")


class OfferForm(ActionForm):
    name = forms.CharField(label=gettext_lazy("Name of the transfer"), max_length=255, required=False)
    with_snapshots = forms.BooleanField(label=gettext_lazy("With its snapshots"), required=False, initial=True)

    def params(self) -> dict[str, Any]:
        return {**super().params(), "with_snapshots": self.cleaned_data["with_snapshots"]}


class AcceptForm(ActionForm):
    transfer = forms.RegexField(
        r"^[0-9A-Za-z-]+$", label=gettext_lazy("ID of the transfer"), max_length=64, strip=True
    )
    auth_key = forms.CharField(
        label=gettext_lazy("Key"), max_length=255, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )

    def requests(self) -> list[tuple[str, dict[str, Any]]]:
        params = self.params()
        return [(params["transfer"], params)]


def shown(transfer: Mapping[str, Any]) -> Shown:
    title = _("The key of transfer %(id)s, shown only now. Whoever has both can take the volume.")
    return Shown(title % {"id": transfer.get("id")}, str(transfer.get("auth_key") or ""), kind="secret")


def offer_command(volume, *, name: str = "", with_snapshots: bool = True) -> list[str]:
    kept = [] if with_snapshots else ["--no-snapshots"]
    return ["volume", "transfer", "request", "create", *option("--name", name), *kept, volume.cloud_id]


OFFER = storage_action(
    "transfer",
    gettext_lazy("Offer it to another project"),
    operations.offer_transfer,
    permission=access.PROVISION,
    when=free,
    form=OfferForm,
    shows=shown,
    single=True,
    icon="transfer",
    group=GROUP,
    touches=("storage.transfer",),
    command=offer_command,
)

ACCEPT = storage_action(
    "accept-transfer",
    gettext_lazy("Accept a transferred volume"),
    creating.accept_transfer,
    permission=access.PROVISION,
    form=AcceptForm,
    scope="cluster",
    icon="transfer",
    touches=("storage.transfer", "storage.snapshot"),
)
