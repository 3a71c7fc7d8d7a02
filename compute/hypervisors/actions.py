"""What people can do to a hypervisor, by its compute service."""

from django.utils.translation import gettext_lazy

from clusters import access
from compute import hosts
from compute.hypervisors import cloud
from opsys.kit.declare.action import Action

ACTIONS = (
    Action(
        "disable",
        gettext_lazy("Disable"),
        cloud.disable,
        permission=access.ADMINISTER,
        when=hosts.enabled,
        form=hosts.ReasonForm,
        icon="player-pause",
        needs=hosts.NEEDS,
        touches=("compute.service",),
        command=lambda hypervisor, reason="": hosts.set_command(
            hypervisor.host, "--disable", "--disable-reason", reason
        ),
    ),
    Action(
        "enable",
        gettext_lazy("Enable"),
        cloud.enable,
        permission=access.ADMINISTER,
        when=hosts.disabled,
        icon="player-play",
        needs=hosts.NEEDS,
        touches=("compute.service",),
        command=lambda hypervisor: hosts.set_command(hypervisor.host, "--enable"),
    ),
)
