"""What people can do to a service of Cinder, and when not."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from opsys.kit.declare.action import Action
from opsys.kit.forms.form import ActionForm
from storage.services import cloud
from storage.services.models import VolumeService

ADMIN: dict[str, Any] = {"permission": access.ADMINISTER, "touches": ("storage.pool",)}


class ReasonForm(ActionForm):
    """Why: Cinder shows it to everybody who wonders later."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=255)


def _not_disabled(service: VolumeService) -> str:
    return _("It is disabled already.") if service.status == "disabled" else ""


def _disabled(service: VolumeService) -> str:
    return "" if service.status == "disabled" else _("It is enabled already.")


def _command(service: VolumeService, *words: str) -> list[str]:
    return ["volume", "service", "set", *words, service.host, service.binary]


ACTIONS = (
    Action(
        "disable",
        gettext_lazy("Disable"),
        cloud.disable,
        when=_not_disabled,
        form=ReasonForm,
        icon="player-pause",
        command=lambda service, *, reason: _command(service, "--disable", "--disable-reason", reason),
        **ADMIN,
    ),
    Action(
        "enable",
        gettext_lazy("Enable"),
        cloud.enable,
        when=_disabled,
        icon="player-play",
        command=lambda service: _command(service, "--enable"),
        **ADMIN,
    ),
)
