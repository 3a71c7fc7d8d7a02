"""What can be known to go wrong before the cloud is asked. Each check puts its errors on the form's fields."""

import base64
from typing import Any

from django import forms

from clusters.sentences import gettext as _
from compute.servers.quantities import gibibytes

USER_DATA_LIMIT = 65_535
"""Characters of base64, by Nova's own schema."""

GIB = 1024**3


def user_data_fits(text: str) -> None:
    size = len(base64.b64encode(text.encode()))
    if size > USER_DATA_LIMIT:
        raise forms.ValidationError(_("This is too long: at most 48 KiB (64 KiB encoded)."), code="long")


def source_is_chosen(form, cleaned: dict[str, Any]) -> None:
    field = {"image": "image", "new-volume": "image", "volume": "volume", "snapshot": "volume_snapshot"}.get(
        cleaned.get("source", "")
    )
    if field and not cleaned.get(field) and field not in form.errors:
        form.add_error(field, _("Choose what the server boots from."))


def volume_is_large_enough(form, cleaned: dict[str, Any]) -> None:
    source, size = cleaned.get("source"), cleaned.get("volume_size")
    if source == "new-volume" and "volume_size" not in form.errors:
        image = form.chosen("image", "compute.image")
        if not size:
            form.add_error("volume_size", _("Give the size of the new volume."))
        elif image and size < (needed := smallest_disk(image)):
            form.add_error("volume_size", _("The image needs at least %(size)d GiB.") % {"size": needed})
    if source == "snapshot" and size:
        sizes = {cloud_id: its for cloud_id, _name, its in form.offers.snapshots}
        if size < (needed := sizes.get(cleaned.get("volume_snapshot", ""), 0)):
            form.add_error("volume_size", _("The snapshot needs at least %(size)d GiB.") % {"size": needed})


def flavor_fits(form, cleaned: dict[str, Any]) -> None:
    flavor = form.chosen("flavor", "compute.flavor")
    if flavor is None:
        return
    image = form.chosen("image", "compute.image")
    reason = too_small(flavor, image, cleaned.get("source", "image")) or beyond_quota(
        flavor, form.offers, cleaned.get("count") or 1
    )
    if reason:
        form.add_error("flavor", reason)


def too_small(flavor, image, source: str) -> str:
    """Why this image does not fit into the flavor, or ""."""
    if image is None or source not in ("image", "new-volume"):
        return ""
    if flavor.ram < image.min_ram:
        return _("The image needs %(size)s of memory.") % {"size": gibibytes(image.min_ram)}
    # A flavor without a disk of its own takes the image's size.
    if source == "image" and flavor.disk and flavor.disk < smallest_disk(image):
        return _("The image needs a disk of %(size)d GiB.") % {"size": smallest_disk(image)}
    return ""


def smallest_disk(image) -> int:
    """In GiB."""
    return max(image.min_disk, -(-(image.size or 0) // GIB))


def beyond_quota(flavor, offers, count: int = 1) -> str:
    """Why the project's quota does not allow so many servers of this flavor, or ""."""
    for what, each, text in (
        ("instances", 1, _("The quota leaves %(left)s servers.")),
        ("cores", flavor.vcpus, _("The quota leaves %(left)s vCPUs.")),
        ("ram", flavor.ram, _("The quota leaves %(left)s of memory.")),
    ):
        left = offers.left(what)
        if left is not None and each * count > left:
            return text % {"left": gibibytes(left) if what == "ram" else left}
    return ""


def against_network(network, form) -> str:
    """Why no server gets an address of it, or ""."""
    if network.external and not network.shared:
        return _("It leads out of the cloud: give the server a floating IP of it afterwards.")
    return "" if network.subnets else _("It has no subnet, so a server would get no address.")


def no_address_left() -> str:
    return _("It has no free address left.")


def networks_are_chosen(form, cleaned: dict[str, Any]) -> None:
    networks, ports = cleaned.get("networks") or [], cleaned.get("ports") or []
    if not networks and not ports and not {"networks", "ports"} & form.errors.keys():
        form.add_error("networks", _("Choose at least one network or port."))
    if cleaned.get("fixed_ip") and (len(networks) != 1 or ports):
        form.add_error("fixed_ip", _("An address can only be given for one network."))
    count = cleaned.get("count") or 1
    for network in networks:
        free = form.offers.free.get(network)
        if free is not None and free < count:
            form.add_error("networks", _("A chosen network has only %(free)d free addresses.") % {"free": free})


def one_of_a_kind(form, cleaned: dict[str, Any]) -> None:
    """What only one server can have."""
    if (cleaned.get("count") or 1) == 1:
        return
    for field, given in (
        ("volume", cleaned.get("source") == "volume"),
        ("ports", cleaned.get("ports")),
        ("fixed_ip", cleaned.get("fixed_ip")),
    ):
        if given:
            form.add_error(field, _("Only one server can have this: create one, or choose something else."))


def names_are_short_enough(form, cleaned: dict[str, Any]) -> None:
    count = cleaned.get("count") or 1
    if count > 1 and len(f"{cleaned.get('name', '')}-{count}") > 255:
        form.add_error("name", _("With its number the name is longer than 255 characters."))


def tags_are_few(form, cleaned: dict[str, Any]) -> None:
    if len(cleaned.get("tags") or []) > 50:
        form.add_error("tags", _("A server has at most 50 tags."))


ALL = (
    source_is_chosen,
    volume_is_large_enough,
    flavor_fits,
    networks_are_chosen,
    one_of_a_kind,
    names_are_short_enough,
    tags_are_few,
)
