"""What a server is made of: its flavor and its image."""

from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.sentences import gettext as _
from compute.servers import operations
from compute.servers.actions.base import option, server_action, words
from compute.servers.actions.fields import flavor_field, image_field
from compute.servers.states import RUNNING_OR_STOPPED, ready, volume_boot_from
from opsys.kit.forms.form import ActionForm


def against_flavor(flavor: Any, form: ActionForm) -> str:
    """Why the servers cannot be given this flavor, or ""."""
    if form.targets and all(server.flavor in (flavor.name, flavor.cloud_id) for server in form.targets):
        return _("It has this flavor already.") if form.target else _("They have this flavor already.")
    for server in form.targets:
        disk = server.flavor_size.get("disk") or 0
        if not server.from_volume and flavor.disk < disk:
            return _("%(name)s has a disk of %(disk)s GiB, and a disk cannot become smaller.") % {
                "name": server,
                "disk": disk,
            }
    return ""


class ResizeForm(ActionForm):
    one_cluster = True

    flavor = flavor_field(against=against_flavor)


class RebuildForm(ActionForm):
    one_cluster = True

    image = image_field(help_text=gettext_lazy("Everything on the server's own disk is replaced by this image."))

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.target and self.target.image_id:
            self.initial.setdefault("image", self.target.image_id)


CONFIRM = (
    server_action(
        "confirm-resize",
        gettext_lazy("Confirm the resize"),
        operations.confirm_resize,
        nova="confirmResize",
        permission=access.PROVISION,
        when=ready("VERIFY_RESIZE"),
        icon="check",
        command=words("resize", "confirm"),
    ),
    server_action(
        "revert-resize",
        gettext_lazy("Revert the resize"),
        operations.revert_resize,
        nova="revertResize",
        permission=access.PROVISION,
        when=ready("VERIFY_RESIZE"),
        icon="arrow-back-up",
        danger=True,
        command=words("resize", "revert"),
    ),
)
RESIZE = server_action(
    "resize",
    gettext_lazy("Resize"),
    operations.resize,
    nova="resize",
    permission=access.PROVISION,
    when=ready(*RUNNING_OR_STOPPED),
    form=ResizeForm,
    icon="arrows-maximize",
    group=gettext_lazy("Settings"),
    command=lambda server, *, flavor: ["server", "resize", "--flavor", flavor, server.cloud_id],
)
REBUILD = server_action(
    "rebuild",
    gettext_lazy("Rebuild"),
    operations.rebuild,
    nova="rebuild",
    permission=access.PROVISION,
    when=ready("ACTIVE", "SHUTOFF", "ERROR", also=(volume_boot_from("2.93"),)),
    form=RebuildForm,
    icon="wand",
    destroys=True,
    group=gettext_lazy("Repair"),
    command=lambda server, *, image, key_name="": [
        *("server", "rebuild", "--image", image),
        *option("--key-name", key_name),
        server.cloud_id,
    ],
)
