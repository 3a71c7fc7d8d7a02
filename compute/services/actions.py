"""What people can do to a service of Nova, and when not."""

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from compute import hosts
from compute.services import cloud
from compute.services.models import Service
from opsys.kit.declare.action import Action, gone


def _only_computes(service: Service) -> str:
    if service.binary != "nova-compute":
        return _("Only compute services can be taken out of service; this is %(program)s.") % {
            "program": service.binary or _("unknown")
        }
    return ""


def _not_forced(service: Service) -> str:
    return _("It is forced down already.") if service.forced_down else ""


def _forced(service: Service) -> str:
    return "" if service.forced_down else _("It is not forced down.")


def _down(service: Service) -> str:
    if service.state == "down":
        return ""
    return _("It is %(state)s; only a service that is down can be deleted. Stop it on its host first.") % {
        "state": service.state or _("in an unknown state")
    }


ACTIONS = (
    Action(
        "disable",
        gettext_lazy("Disable"),
        hosts.disable,
        permission=access.ADMINISTER,
        when=lambda service: _only_computes(service) or hosts.enabled(service),
        form=hosts.ReasonForm,
        icon="player-pause",
        needs=hosts.NEEDS,
        touches=("compute.hypervisor",),
        command=lambda service, reason="": hosts.set_command(service.host, "--disable", "--disable-reason", reason),
    ),
    Action(
        "enable",
        gettext_lazy("Enable"),
        hosts.enable,
        permission=access.ADMINISTER,
        when=lambda service: _only_computes(service) or hosts.disabled(service),
        icon="player-play",
        needs=hosts.NEEDS,
        touches=("compute.hypervisor",),
        command=lambda service: hosts.set_command(service.host, "--enable"),
    ),
    Action(
        "force-down",
        gettext_lazy("Force down"),
        lambda conn, cloud_id: hosts.force_down(conn, cloud_id, True),
        permission=access.ADMINISTER,
        when=lambda service: _only_computes(service) or _not_forced(service),
        icon="power",
        danger=True,
        needs=hosts.NEEDS,
        group=gettext_lazy("Repair"),
        touches=("compute.hypervisor",),
        command=lambda service: hosts.set_command(service.host, "--down"),
    ),
    Action(
        "undo-force-down",
        gettext_lazy("Undo force down"),
        lambda conn, cloud_id: hosts.force_down(conn, cloud_id, False),
        permission=access.ADMINISTER,
        when=lambda service: _only_computes(service) or _forced(service),
        icon="arrow-back-up",
        needs=hosts.NEEDS,
        group=gettext_lazy("Repair"),
        touches=("compute.hypervisor",),
        command=lambda service: hosts.set_command(service.host, "--up"),
    ),
    Action(
        "delete",
        gettext_lazy("Delete"),
        cloud.delete,
        permission=access.ADMINISTER,
        when=_down,
        goal_reached=gone,
        icon="trash",
        danger=True,
        needs=hosts.NEEDS,
        touches=("compute.hypervisor", "compute.aggregate"),
        command=lambda service: ["compute", "service", "delete", service.cloud_id],
    ),
)
