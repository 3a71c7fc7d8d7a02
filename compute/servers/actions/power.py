"""On, off, asleep, off the host."""

from django.utils.translation import gettext_lazy as _

from compute.servers import operations
from compute.servers.actions.declaring import server_action, words
from compute.servers.states import WITH_A_GUEST, ready

GROUP = _("Power")
REBOOTABLE = ("ACTIVE", "SHUTOFF", "PAUSED", "SUSPENDED", "ERROR", "HARD_REBOOT")

EVERYDAY = (
    server_action(
        "start",
        _("Start"),
        operations.start,
        nova="start",
        when=ready("SHUTOFF"),
        icon="player-play",
        command=words("start"),
    ),
    server_action(
        "stop",
        _("Stop"),
        operations.stop,
        nova="stop",
        when=ready("ACTIVE", "ERROR"),
        icon="player-stop",
        command=words("stop"),
    ),
    server_action(
        "reboot",
        _("Reboot"),
        operations.soft_reboot,
        nova="reboot",
        when=ready("ACTIVE"),
        icon="refresh",
        command=words("reboot", "--soft"),
    ),
)
ACTIONS = (
    server_action(
        "hard-reboot",
        _("Hard reboot"),
        operations.hard_reboot,
        nova="reboot",
        when=ready(*REBOOTABLE),
        icon="bolt",
        danger=True,
        group=GROUP,
        command=words("reboot", "--hard"),
    ),
    server_action(
        "pause",
        _("Pause"),
        operations.pause,
        nova="pause",
        when=ready("ACTIVE"),
        icon="player-pause",
        group=GROUP,
        command=words("pause"),
    ),
    server_action(
        "unpause",
        _("Unpause"),
        operations.unpause,
        nova="unpause",
        when=ready("PAUSED"),
        icon="player-play",
        group=GROUP,
        command=words("unpause"),
    ),
    server_action(
        "suspend",
        _("Suspend"),
        operations.suspend,
        nova="suspend",
        when=ready("ACTIVE"),
        icon="moon",
        group=GROUP,
        command=words("suspend"),
    ),
    server_action(
        "resume",
        _("Resume"),
        operations.resume,
        nova="resume",
        when=ready("SUSPENDED"),
        icon="player-play",
        group=GROUP,
        command=words("resume"),
    ),
    server_action(
        "shelve",
        _("Shelve"),
        operations.shelve,
        nova="shelve",
        when=ready(*WITH_A_GUEST),
        icon="archive",
        group=GROUP,
        danger=True,
        touches=("compute.image",),
        command=words("shelve"),
    ),
    server_action(
        "offload",
        _("Offload from the host"),
        operations.offload,
        nova="shelveOffload",
        when=ready("SHELVED"),
        icon="archive",
        group=GROUP,
        command=words("shelve", "--offload"),
    ),
    server_action(
        "unshelve",
        _("Unshelve"),
        operations.unshelve,
        nova="unshelve",
        when=ready("SHELVED", "SHELVED_OFFLOADED"),
        icon="package",
        group=GROUP,
        touches=("compute.image",),
        command=words("unshelve"),
    ),
)
