"""Storing a cluster with its credential: both or neither, and only what was valid and, if wished, seen working."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from clusters import health
from clusters.models import Cluster, Credential


def refuse_same_cloud(cluster: Cluster, capabilities: dict[str, Any], *, again: bool) -> None:
    """Keystone's ids of the endpoints tell a cloud and its region, whatever the address it is reached by. Raises
    `ValidationError` where another cluster has the same compute endpoint, unless it is added `again` on purpose."""
    endpoint = capabilities.get("endpoints", {}).get("compute")
    if again or not endpoint:
        return
    same = Cluster.objects.filter(capabilities__endpoints__compute=endpoint).exclude(pk=cluster.pk).first()
    if same is not None:
        raise ValidationError(
            _(
                "This is the same cloud and region as cluster %(name)s, so everything in it would be listed twice. "
                "Add it again only on purpose."
            )
            % {"name": same.name},
            code="same_cloud",
        )


def register_cluster(
    cluster: Cluster, credential: Credential, *, test: bool = True, again: bool = False
) -> health.Report | None:
    """Validate, test and store a cluster, new or changed, its credential, and its group if that is new.

    Raises `ValidationError` with sentences for people when something is wrong; then nothing was stored.
    A cloud that is registered already is one of these things, unless it is added `again` on purpose.
    Returns what the test found, None if none was wished.
    """
    group = cluster.group if cluster.group and cluster.group.pk is None else None
    if group:
        group.full_clean()
    cluster.full_clean(exclude=["group"] if group else None)
    credential.full_clean(exclude=["cluster"])
    report = None
    if test and cluster.enabled:
        report = health.examine(cluster, credential)
        if not report.ok:
            raise ValidationError(report.error, code=report.code)
        refuse_same_cloud(cluster, report.capabilities, again=again)
        cluster.capabilities = report.capabilities
    with transaction.atomic():
        if group:
            group.save()
            cluster.group = group
        cluster.save()
        credential.cluster = cluster
        credential.save()
    return report
