"""Looking up when certificates and credentials of clusters end."""

from datetime import UTC, datetime

from django.conf import settings
from django.utils import timezone

from clusters import gateway
from clusters.gateway import CloudError
from clusters.gateway.certificate import shown_by
from clusters.models import Cluster, Credential
from monitoring.alerts.models import Ending


def look_up(cluster: Cluster) -> None:
    """Where one cannot be had now, what is known stays."""
    certificate = shown_by(cluster.auth_url, seconds=settings.CLOUD_CONNECT_SECONDS)
    if certificate is not None:
        _keep(cluster, Ending.What.CERTIFICATE, certificate.not_valid_after_utc)
    try:
        with gateway.call(cluster) as call:
            ends_at = gateway.credential_end(call, token=_is_token(cluster))
    except CloudError:
        return
    _keep(cluster, Ending.What.CREDENTIAL, ends_at)


def _is_token(cluster: Cluster) -> bool:
    return Credential.objects.filter(cluster=cluster, kind=Credential.Kind.TOKEN).exists()


def _keep(cluster: Cluster, what: Ending.What, ends_at: datetime | None) -> None:
    values = {"ends_at": ends_at.astimezone(UTC) if ends_at else None, "checked_at": timezone.now()}
    Ending.objects.update_or_create(cluster=cluster, what=what, defaults=values)
