"""What the page of a new server shows as tables: flavors and networks, with what speaks for and against each."""

from typing import Any

from compute.servers.creating import checks
from compute.servers.quantities import gibibytes

OFFERED = 500


def flavor_rows(form) -> list[dict[str, Any]]:
    """Each flavor with its sizes and, in `reason`, why it cannot be chosen as the form stands."""
    image, source, count = _so_far(form)
    chosen = str(form["flavor"].value() or "")
    flavors = form.rows("compute.flavor").filter(disabled=False).order_by("vcpus", "ram", "disk", "name")[:OFFERED]
    rows = []
    for flavor in flavors:
        reason = checks.too_small(flavor, image, source) or checks.beyond_quota(flavor, form.offers, count)
        rows.append(
            {
                "id": flavor.cloud_id,
                "name": flavor.name,
                "vcpus": flavor.vcpus,
                "ram": flavor.ram,
                "ram_text": gibibytes(flavor.ram),
                "disk": flavor.disk,
                "chosen": chosen in (flavor.cloud_id, flavor.name),
                "reason": reason,
            }
        )
    return rows


def _so_far(form) -> tuple[Any, str, int]:
    wanted = str(form["image"].value() or "")
    image = form.rows("compute.image").filter(cloud_id=wanted).first() if wanted else None
    count = str(form["count"].value() or "1")
    return image, str(form["source"].value() or "image"), int(count) if count.isascii() and count.isdigit() else 1


def image_needs(form) -> dict[str, dict[str, int]]:
    """By an image's id: the memory (MiB) and the disk (GiB) it needs, for the page's own check."""
    images = form.rows("compute.image").filter(status="active", hidden=False)[:OFFERED]
    return {image.cloud_id: {"ram": image.min_ram, "disk": checks.smallest_disk(image)} for image in images}


def quota_rows(form) -> dict[str, int | None]:
    return {what: form.offers.left(what) for what in ("instances", "cores", "ram")}


def memory_left(form) -> str:
    return gibibytes(form.offers.left("ram") or 0)


def network_rows(form) -> list[dict[str, Any]]:
    """Each network with the number of its free addresses (None: the cloud does not say), whose it is and, in
    `reason`, why it cannot be chosen."""
    field = form.fields["networks"]
    chosen = {str(value) for value in form["networks"].value() or ()}
    networks = [*field.offered()[:OFFERED], *form.outer_networks()[:OFFERED]]
    owners = _project_names(form, {network.project_id for network in networks})
    return [
        {
            "id": network.cloud_id,
            "name": network.name or network.cloud_id,
            "shared": network.shared,
            "project": owners.get(network.project_id, "") if network.project_id != form.project_id else "",
            "free": (free := form.offers.free.get(network.cloud_id)),
            "reason": checks.against_network(network, form) or ("" if free != 0 else checks.no_address_left()),
            "chosen": bool({network.cloud_id, network.name} & chosen),
        }
        for network in networks
    ]


def _project_names(form, ids: set[str]) -> dict[str, str]:
    try:
        rows = form.rows("identity.project").filter(cloud_id__in=ids)
    except LookupError:
        return {}
    return dict(rows.values_list("cloud_id", "name"))
