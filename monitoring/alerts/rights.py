"""Who may do something about an alert, beside looking at it."""

from django.utils.translation import gettext as _

from clusters import access
from monitoring.alerts.models import Alert


def why_not(user, alert: Alert, held: access.Held) -> str:
    """Acknowledge and silence: with “operate” on its cluster; one's own work; a platform admin everything."""
    if access.is_platform_admin(user):
        return ""
    if alert.cluster_id is None:
        return "" if alert.user_id == user.pk else _("Only a platform admin may do that.")
    return access.why_not(held, access.OPERATE, alert.cluster)


def why_not_silence(user, cluster, held: access.Held) -> str:
    """A silence of a cluster, or of everything (None)."""
    if access.is_platform_admin(user):
        return ""
    if cluster is None:
        return _("Only a platform admin may silence all clusters. Choose one.")
    return access.why_not(held, access.OPERATE, cluster)
