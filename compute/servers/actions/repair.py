"""For servers that do not come up, or whose state in Nova is not the true one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from clusters import access
from compute.servers import operations
from compute.servers.actions.base import option, server_action, words
from compute.servers.actions.fields import image_field
from compute.servers.states import kept, ready, unlocked, volume_boot_from
from opsys.kit.declare.action import Shown
from opsys.kit.declare.checks import all_of, in_status
from opsys.kit.forms.form import ActionForm

GROUP = _("Repair")


class RescueForm(ActionForm):
    image = image_field(
        required=False,
        label=_("Rescue image"),
        empty_label=_("The cloud's default"),
        help_text=_("The server boots this image; its own disk is the second one."),
    )


class ResetStateForm(ActionForm):
    state = forms.ChoiceField(
        label=_("State"),
        choices=[("active", "ACTIVE"), ("error", "ERROR")],
        initial="active",
        help_text=_("Only Nova's record of the state changes; the machine is left alone. Check the machine first."),
    )


def rescue_password(password: str) -> Shown | None:
    return Shown(_("Rescue system password"), password, kind="secret") if password else None


ACTIONS = (
    server_action(
        "rescue",
        _("Rescue"),
        operations.rescue,
        nova="rescue",
        when=ready("ACTIVE", "SHUTOFF", "ERROR", also=(volume_boot_from("2.87"),)),
        form=RescueForm,
        shows=rescue_password,
        single=True,
        icon="lifebuoy",
        danger=True,
        group=GROUP,
        command=lambda server, *, image="": ["server", "rescue", *option("--image", image), server.cloud_id],
    ),
    server_action(
        "unrescue",
        _("Unrescue"),
        operations.unrescue,
        nova="unrescue",
        when=ready("RESCUE"),
        icon="lifebuoy",
        group=GROUP,
        command=words("unrescue"),
    ),
    server_action(
        "reset-state",
        _("Reset the state"),
        operations.reset_state,
        nova="resetState",
        permission=access.ADMINISTER,
        when=kept,
        form=ResetStateForm,
        icon="stethoscope",
        danger=True,
        group=GROUP,
        command=lambda server, *, state="active": ["server", "set", "--state", state, server.cloud_id],
    ),
    server_action(
        "crash-dump",
        _("Trigger a crash dump"),
        operations.crash_dump,
        nova="trigger_crash_dump",
        needs="compute 2.17",
        when=all_of(in_status("ACTIVE", "PAUSED", "RESCUE", "VERIFY_RESIZE", "ERROR"), unlocked),
        icon="bug",
        danger=True,
        group=GROUP,
        command=words("dump", "create"),
    ),
)
