"""What people can do with an image, and when not."""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.models import Cluster
from clusters.sentences import gettext as _
from compute.images import forms, operations
from compute.images.models import Image
from opsys.kit.declare.action import Action, Shown, gone
from opsys.kit.declare.checks import in_status

SETTINGS, STORAGE, ACCESS = gettext_lazy("Settings"), gettext_lazy("Storage"), gettext_lazy("Access")


def _settled(image: Image) -> str:
    if image.status in ("pending_delete", "killed"):
        return _("It is %(status)s; it can only be deleted.") % {"status": image.status}
    return ""


def _deletable(image: Image) -> str:
    if image.status == "pending_delete":
        return _("It is being deleted already.")
    return _("It is protected. Take the protection off first.") if image.protected else ""


def _not_public(image: Image) -> str:
    if image.visibility == "public":
        return _("It is public. An administrator of the cluster can withdraw it.")
    return _settled(image)


def _public(image: Image) -> str:
    return "" if image.visibility == "public" else _("It is not public.")


def _shared(image: Image) -> str:
    return "" if image.visibility == "shared" else _("Only a shared image has members. Change its visibility first.")


def _protected(image: Image) -> str:
    return "" if image.protected else _("It is not protected.")


def _not_protected(image: Image) -> str:
    return _("It is protected already.") if image.protected else _settled(image)


def can_import(cluster: Cluster) -> str:
    methods = cluster.capabilities.get("image_imports")
    if methods is None or "web-download" in methods:
        return ""
    return _("Cluster %(cluster)s does not fetch images from a URL. Upload the file instead.") % {
        "cluster": cluster.name
    }


def _set(*words: str) -> Callable[..., list[str]]:
    return lambda image: ["image", "set", *words, image.cloud_id]


def _edit_command(image: Image, **changed: Any) -> list[str]:
    words = ["--hidden" if changed["os_hidden"] else "--unhidden"] if "os_hidden" in changed else []
    for name, flag in (("name", "--name"), ("min_disk", "--min-disk"), ("min_ram", "--min-ram")):
        words += [flag, changed[name]] if name in changed else []
    return _set(*words, *(word for tag in changed.get("tags", []) for word in ("--tag", tag)))(image)


def _properties_command(image: Image, *, properties: dict[str, str], remove: list[str]) -> list[str]:
    if not properties:
        return ["image", "unset", *(word for key in remove for word in ("--property", key)), image.cloud_id]
    pairs = (word for key, text in properties.items() for word in ("--property", f"{key}={text}"))
    return _set(*pairs)(image)


def _to_volume_command(image: Image, *, name: str, size: int, volume_type: str = "") -> list[str]:
    kind = ["--type", volume_type] if volume_type else []
    return ["volume", "create", "--image", image.cloud_id, "--size", str(size), *kind, name]


def _upload_command(cluster: Cluster, *, name: str, disk_format: str, **given: Any) -> list[str]:
    words = ["image", "create", "--file", f"{name}.{disk_format}", "--disk-format", disk_format]
    words += [f"--{given['visibility']}"] if given.get("visibility") else []
    for key, flag in (("min_disk", "--min-disk"), ("min_ram", "--min-ram")):
        words += [flag, str(given[key])] if given.get(key) else []
    words += ["--protected"] if given.get("protected") else []
    words += [word for tag in given.get("tags", []) for word in ("--tag", tag)]
    pairs = given.get("properties", {}).items()
    return [*words, *(word for key, text in pairs for word in ("--property", f"{key}={text}")), name]


def _received(made: Mapping[str, Any]) -> Shown:
    same, other = (
        _("The cloud's checksum is the same."),
        _("The cloud uses another algorithm, so it was not compared."),
    )
    told = same if made["verified"] else other
    return Shown(_("SHA-512 of what was sent. %(told)s") % {"told": told}, made["hash"])


def _action(name: str, label: Any, run: Callable[..., Any], **options: Any) -> Action:
    return Action(name, label, run, **{"permission": access.PROVISION, "needs": "image", **options})


ACTIONS = (
    _action(
        "upload",
        gettext_lazy("Upload an image"),
        operations.upload,
        scope="cluster",
        form=forms.UploadForm,
        shows=_received,
        icon="upload",
        command=_upload_command,
    ),
    _action(
        "import",
        gettext_lazy("Import from a URL"),
        operations.import_from,
        scope="cluster",
        when=can_import,
        form=forms.ImportForm,
        icon="cloud-download",
    ),
    _action(
        "edit",
        gettext_lazy("Edit"),
        operations.edit,
        when=_settled,
        form=forms.EditForm,
        single=True,
        icon="pencil",
        command=_edit_command,
    ),
    _action(
        "to-volume",
        gettext_lazy("Create a volume"),
        operations.to_volume,
        needs="block-storage",
        when=in_status("active"),
        form=forms.ToVolumeForm,
        single=True,
        icon="database-plus",
        group=STORAGE,
        touches=("storage.volume",),
        command=_to_volume_command,
    ),
    _action(
        "properties",
        gettext_lazy("Edit properties"),
        operations.set_properties,
        when=_settled,
        form=forms.PropertiesForm,
        single=True,
        icon="list-details",
        group=SETTINGS,
        command=_properties_command,
    ),
    _action(
        "protect",
        gettext_lazy("Protect"),
        operations.protect,
        when=_not_protected,
        icon="shield",
        group=SETTINGS,
        command=_set("--protected"),
    ),
    _action(
        "unprotect",
        gettext_lazy("Remove the protection"),
        operations.unprotect,
        when=_protected,
        icon="shield-off",
        group=SETTINGS,
        command=_set("--unprotected"),
    ),
    _action(
        "deactivate",
        gettext_lazy("Deactivate"),
        operations.deactivate,
        when=in_status("active"),
        icon="player-pause",
        danger=True,
        group=SETTINGS,
        command=_set("--deactivate"),
    ),
    _action(
        "reactivate",
        gettext_lazy("Reactivate"),
        operations.reactivate,
        when=in_status("deactivated"),
        icon="player-play",
        group=SETTINGS,
        command=_set("--activate"),
    ),
    _action(
        "visibility",
        gettext_lazy("Change the visibility"),
        operations.set_visibility,
        when=_not_public,
        form=forms.VisibilityForm,
        icon="eye",
        group=ACCESS,
        command=lambda image, *, visibility: _set(f"--{visibility}")(image),
    ),
    _action(
        "publish",
        gettext_lazy("Make public"),
        operations.publish,
        permission=access.ADMINISTER,
        when=_not_public,
        danger=True,
        icon="world",
        group=ACCESS,
        command=_set("--public"),
    ),
    _action(
        "withdraw",
        gettext_lazy("No longer public"),
        operations.set_visibility,
        permission=access.ADMINISTER,
        when=_public,
        form=forms.VisibilityForm,
        danger=True,
        icon="eye-off",
        group=ACCESS,
        command=lambda image, *, visibility: _set(f"--{visibility}")(image),
    ),
    _action(
        "add-member",
        gettext_lazy("Share with a project"),
        operations.add_member,
        when=_shared,
        form=forms.AddMemberForm,
        icon="users",
        group=ACCESS,
        command=lambda image, *, project, accept=False: ["image", "add", "project", image.cloud_id, project],
    ),
    _action(
        "accept-member",
        gettext_lazy("Accept for a project"),
        operations.accept_member,
        when=_shared,
        form=forms.MemberForm,
        icon="check",
        group=ACCESS,
        command=lambda image, *, project: _set("--project", project, "--accept")(image),
    ),
    _action(
        "remove-member",
        gettext_lazy("No longer share with a project"),
        operations.remove_member,
        when=_shared,
        form=forms.MemberForm,
        danger=True,
        icon="x",
        group=ACCESS,
        command=lambda image, *, project: ["image", "remove", "project", image.cloud_id, project],
    ),
    _action(
        "delete",
        gettext_lazy("Delete"),
        operations.delete,
        when=_deletable,
        destroys=True,
        goal_reached=gone,
        icon="trash",
        command=lambda image: ["image", "delete", image.cloud_id],
    ),
)

DOWNLOAD = _action(
    "download",
    gettext_lazy("Download"),
    operations.download,
    when=in_status("active"),
    single=True,
    icon="download",
)
"""Not among the others: its outcome is the file, which the page of an image leads to."""
