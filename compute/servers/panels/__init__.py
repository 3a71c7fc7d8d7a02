"""The parts of a server's page that ask the cloud."""

from django.utils.translation import gettext_lazy as _

from clusters import access
from compute.servers.models import Server
from compute.servers.panels import addresses, console_log, diagnostics, security, timeline, volumes
from opsys.kit.declare.resource import Panel

FOLDER = "compute/servers/panels"


def _on_a_host(server: Server) -> bool:
    return bool(server.host) and server.status not in ("SHELVED_OFFLOADED", "SOFT_DELETED", "DELETED")


def _powered(server: Server) -> bool:
    return _on_a_host(server) and server.status in ("ACTIVE", "PAUSED", "RESCUE", "VERIFY_RESIZE", "PASSWORD")


PANELS = (
    Panel("addresses", _("Addresses"), f"{FOLDER}/addresses.html", addresses.load, icon="network"),
    Panel("volumes", _("Volumes"), f"{FOLDER}/volumes.html", volumes.load, icon="database"),
    Panel("security-groups", _("Security groups"), f"{FOLDER}/security.html", security.load, icon="shield"),
    Panel("timeline", _("Timeline"), f"{FOLDER}/timeline.html", timeline.load, icon="history"),
    Panel(
        "console-log",
        _("Console log"),
        f"{FOLDER}/console_log.html",
        console_log.load,
        permission=access.CONSOLE,
        icon="terminal-2",
        when=_on_a_host,
    ),
    Panel(
        "diagnostics",
        _("Diagnostics"),
        f"{FOLDER}/diagnostics.html",
        diagnostics.load,
        icon="heartbeat",
        when=_powered,
    ),
)
