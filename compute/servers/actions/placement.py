"""On which host a server runs."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from clusters import access
from clusters.microversions import offers
from clusters.sentences import gettext as _
from compute.servers import operations
from compute.servers.actions.base import option, server_action
from compute.servers.actions.fields import host_field
from compute.servers.states import RUNNING_OR_STOPPED, live_migrating, ready, unlocked
from opsys.kit.declare.checks import all_of, in_status
from opsys.kit.forms.form import ActionForm

GROUP = gettext_lazy("Placement")
BLOCK_MIGRATION = [
    ("auto", gettext_lazy("Let the cloud decide")),
    ("true", gettext_lazy("Copy the disk (no shared storage)")),
    ("false", gettext_lazy("Leave the disk (shared storage)")),
]


class HostForm(ActionForm):
    """`host` is always given, empty for the scheduler's choice."""

    host = host_field()

    def clean_host(self) -> str:
        host = self.cleaned_data["host"]
        if host and (there := [server.name for server in self.targets if server.host == host]):
            raise forms.ValidationError(_("%(name)s is on this host already.") % {"name": there[0]}, code="same")
        return host

    def params(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class MigrateForm(HostForm):
    def clean_host(self) -> str:
        host = super().clean_host()
        if host and not offers(self.cluster, "compute", "2.56"):
            raise forms.ValidationError(
                _("Choosing the host takes compute API 2.56, which this cluster does not have."), code="version"
            )
        return host


class LiveMigrateForm(HostForm):
    block_migration = forms.ChoiceField(label=gettext_lazy("Disk"), choices=BLOCK_MIGRATION, initial="auto")


class EvacuateForm(HostForm):
    host = host_field()

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        self.fields["host"].help_text = _(
            "Only for servers of a host that is down: make sure that it stays down. "
            "Clouds since 2023.1 leave the server stopped on its new host; start it there."
        )


def live_migration(server, *, host: str = "", block_migration: str = "auto") -> list[str]:
    block = {"true": ["--block-migration"], "false": ["--shared-migration"]}.get(block_migration, [])
    return ["server", "migrate", "--live-migration", *option("--host", host), *block, server.cloud_id]


ACTIONS = (
    server_action(
        "live-migrate",
        gettext_lazy("Live-migrate"),
        operations.live_migrate,
        nova="live-migration",
        permission=access.ADMINISTER,
        needs="compute 2.30",
        when=ready("ACTIVE", "PAUSED"),
        form=LiveMigrateForm,
        icon="transfer",
        group=GROUP,
        touches=("compute.hypervisor",),
        command=live_migration,
    ),
    server_action(
        "migrate",
        gettext_lazy("Migrate"),
        operations.migrate,
        nova="migrate",
        permission=access.ADMINISTER,
        when=ready(*RUNNING_OR_STOPPED),
        form=MigrateForm,
        icon="switch-horizontal",
        danger=True,
        group=GROUP,
        touches=("compute.hypervisor",),
        command=lambda server, *, host="": ["server", "migrate", *option("--host", host), server.cloud_id],
    ),
    server_action(
        "evacuate",
        gettext_lazy("Evacuate"),
        operations.evacuate,
        nova="evacuate",
        permission=access.ADMINISTER,
        # Its host is dead: neither a lock nor a task that will never end may keep it there.
        when=in_status("ACTIVE", "SHUTOFF", "ERROR"),
        form=EvacuateForm,
        icon="rocket",
        danger=True,
        group=GROUP,
        touches=("compute.hypervisor",),
        command=lambda server, *, host="": ["server", "evacuate", *option("--host", host), server.cloud_id],
    ),
    server_action(
        "abort-live-migration",
        gettext_lazy("Abort the live migration"),
        operations.abort_live_migration,
        nova="live_migration_cancel",
        permission=access.ADMINISTER,
        needs="compute 2.24",
        when=all_of(live_migrating, unlocked),
        icon="x",
        danger=True,
        group=GROUP,
    ),
    server_action(
        "complete-live-migration",
        gettext_lazy("Force-complete the live migration"),
        operations.complete_live_migration,
        nova="live_migration_force_complete",
        permission=access.ADMINISTER,
        needs="compute 2.22",
        when=all_of(live_migrating, unlocked),
        icon="checks",
        danger=True,
        group=GROUP,
    ),
)
