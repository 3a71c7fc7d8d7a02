"""What a project may still have of Cinder, to say so before Cinder does."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.cache import cache
from django.utils.translation import gettext as _

from clusters import gateway
from clusters.coerce import mapping
from clusters.gateway import CloudError, one
from clusters.models import Cluster

FRESH_SECONDS = 10


def read(cluster: Cluster, project_id: str) -> dict[str, tuple[int, int]]:
    """Name → (limit, in use and reserved), without those that have no limit. Empty where the cloud does not tell:
    then it decides by itself."""
    key = f"storage-quota:{cluster.pk}:{project_id}"
    kept = cache.get(key)
    if kept is None:
        try:
            with gateway.call(cluster) as call:
                found = one(call.conn.block_storage, f"/os-quota-sets/{project_id}?usage=True", "quota_set")
        except CloudError:
            return {}
        kept = dict(_limited(found))
        cache.set(key, kept, FRESH_SECONDS)
    return kept


def _limited(found: Mapping[str, Any]):
    for name, value in found.items():
        quota = mapping(value)
        numbers = [quota.get(part) for part in ("limit", "in_use", "reserved")]
        if all(isinstance(number, int) for number in numbers) and numbers[0] >= 0:
            yield name, (numbers[0], numbers[1] + numbers[2])


def check(form: forms.Form, field: str, cluster: Cluster, project_id: str, wanted: Mapping[str, int]) -> None:
    """Put an error on the field when the project's quota leaves less than is wanted, with the figures."""
    quotas = read(cluster, project_id) if project_id else {}
    for name, number in wanted.items():
        limit, used = quotas.get(name, (None, 0))
        if name == "per_volume_gigabytes" and limit is not None and number > limit:
            form.add_error(field, _("A volume of this project may have %(limit)d GiB at most.") % {"limit": limit})
        elif name != "per_volume_gigabytes" and limit is not None and used + number > limit:
            form.add_error(
                field,
                _("Quota “%(name)s”: %(used)d of %(limit)d are in use, and this takes %(wanted)d.")
                % {"name": name, "used": used, "limit": limit, "wanted": number},
            )


def of_volumes(size: int, volume_type: str, count: int = 1) -> dict[str, int]:
    """What so many new volumes take."""
    wanted = {"volumes": count, "gigabytes": size * count, "per_volume_gigabytes": size}
    if volume_type:
        wanted |= {f"volumes_{volume_type}": count, f"gigabytes_{volume_type}": size * count}
    return wanted
