"""All that can be watched. A rule names one of these and says when, how loud and to whom."""

from django.utils.translation import gettext_lazy as _

from monitoring.alerts.conditions import capacity, ending, exposure, readings, rows, work
from monitoring.alerts.kind import Kind
from monitoring.alerts.models.severity import Severity

CRITICAL = Severity.CRITICAL
DAYS, PERCENT, SECONDS = _("days"), "%", "s"

_ALL = (
    Kind("cluster-down", _("Cluster down"), readings.clusters_down, severity=CRITICAL),
    Kind("api-down", _("API down"), readings.apis_down, severity=CRITICAL),
    Kind("api-slow", _("API slow"), readings.apis_slow, SECONDS, 5, hold=60, clear=60),
    Kind("service-down", _("Service down"), rows.services_down, severity=CRITICAL),
    Kind("agent-down", _("Network agent down"), rows.agents_down, severity=CRITICAL),
    Kind("host-down", _("Host down"), rows.hosts_down, severity=CRITICAL),
    Kind("capacity-full", _("Capacity nearly used"), capacity.clusters_full, PERCENT, 90, clear=300, every=60),
    Kind("addresses-full", _("Addresses nearly used"), capacity.addresses_full, PERCENT, 90, clear=300, every=60),
    Kind("pool-full", _("Storage pool nearly full"), capacity.pools_full, PERCENT, 85, clear=300, every=60),
    Kind("quota-full", _("Quota nearly used"), capacity.quotas_full, PERCENT, 90, clear=300, every=60),
    Kind("server-error", _("Server in error"), rows.servers_in_error),
    Kind("volume-error", _("Volume in error"), rows.volumes_in_error),
    Kind("job-failed", _("Job failed"), work.jobs_failed, happens=True),
    Kind("schedule-failed", _("Schedule failed"), work.schedules_failed, happens=True),
    Kind("certificate-ending", _("Certificate ending"), ending.certificates, DAYS, 14, falling=True, every=300),
    Kind("credential-ending", _("Credential ending"), ending.credentials, DAYS, 14, falling=True, every=300),
    Kind("locked-out", _("Account blocked"), work.locked_out, happens=True),
    Kind("audit-broken", _("Audit not intact"), work.audit_broken, severity=CRITICAL, every=60),
    Kind("exposure-new", _("Open to the world"), exposure.openings, severity=CRITICAL, clear=300, every=300),
)
KINDS: dict[str, Kind] = {kind.name: kind for kind in _ALL}


def kind_label(name: str) -> str:
    """A rule of a release that watched something else keeps its name."""
    return str(KINDS[name].label) if name in KINDS else name
