"""Storing a cluster with its credential: both or neither, and only what was valid and, if wished, seen working."""

from django.core.exceptions import ValidationError
from django.db import transaction

from clusters import health
from clusters.models import Cluster, Credential


def register_cluster(cluster: Cluster, credential: Credential, *, test: bool = True) -> health.Report | None:
    """Validate, test and store a cluster, new or changed, its credential, and its group if that is new.

    Raises `ValidationError` with sentences for people when something is wrong; then nothing was stored.
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
        cluster.capabilities = report.capabilities
    with transaction.atomic():
        if group:
            group.save()
            cluster.group = group
        cluster.save()
        credential.cluster = cluster
        credential.save()
    return report
