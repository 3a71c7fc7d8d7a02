"""Ways into a server."""

from django import forms
from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from compute.servers import operations
from compute.servers.actions.base import server_action
from compute.servers.states import has_console, ready
from opsys.kit.declare.action import Shown
from opsys.kit.forms.form import ActionForm

GROUP = gettext_lazy("Access")
CONSOLES = [("novnc", "VNC"), ("spice-html5", "SPICE"), ("serial", gettext_lazy("Serial")), ("webmks", "MKS")]
OPTIONS = {"novnc": "--novnc", "spice-html5": "--spice", "serial": "--serial", "webmks": "--mks"}


class ConsoleForm(ActionForm):
    type = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=CONSOLES,
        initial="novnc",
        help_text=gettext_lazy("The cloud decides which kinds it offers."),
    )


class PasswordForm(ActionForm):
    password = forms.CharField(
        label=gettext_lazy("New password"),
        max_length=255,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("Of the administrator in the server. Setting it takes an agent there."),
    )
    again = forms.CharField(
        label=gettext_lazy("Repeat the password"),
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self):
        cleaned = super().clean()
        # Programs need not say it twice.
        again = cleaned.pop("again", "")
        if again and again != cleaned.get("password"):
            self.add_error("again", _("The two passwords are not the same."))
        return cleaned


ACTIONS = (
    server_action(
        "console",
        gettext_lazy("Temporary console link"),
        operations.console_link,
        permission=access.CONSOLE,
        needs="compute 2.6",
        when=has_console,
        form=ConsoleForm,
        shows=lambda address: Shown(_("A console outside the platform, for a short while"), address, kind="link"),
        single=True,
        icon="device-desktop",
        group=GROUP,
        command=lambda server, *, type="novnc": ["console", "url", "show", OPTIONS[type], server.cloud_id],
    ),
    server_action(
        "password",
        gettext_lazy("Change the password"),
        operations.change_password,
        nova="changePassword",
        permission=access.CONSOLE,
        when=ready("ACTIVE"),
        form=PasswordForm,
        icon="key",
        danger=True,
        group=GROUP,
    ),
)
