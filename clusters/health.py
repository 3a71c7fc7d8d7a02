"""Is a cluster well? Asked before it is stored, by `test-cluster`, and from its admin page."""

from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from clusters import gateway, login_refusals
from clusters.gateway import CloudError
from clusters.gateway.certificate import days_left
from clusters.models import Cluster, Credential

REQUIRED = ("identity", "compute")
MOST_SKEW_SECONDS = 30
FEWEST_CERTIFICATE_DAYS = 14


@dataclass(frozen=True)
class Report:
    """What was found. `error` is the sentence that says why nothing works, or ""; `warnings` what will hurt soon."""

    cluster: str
    error: str = ""
    code: str = ""
    capabilities: dict[str, Any] = field(default_factory=dict)
    certificate_days: int | None = None
    warnings: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.error

    @property
    def absent(self) -> list[str]:
        """Services that this cloud does not have, which is nothing wrong."""
        return [name for name, details in self.services.items() if details.get("code") == "no_service"]

    @property
    def services(self) -> dict[str, dict[str, Any]]:
        return self.capabilities.get("services", {})


def examine(cluster: Cluster, credential: Credential | None = None) -> Report:
    """Ask every service of the cluster. Never raises for what a cloud does; nothing is stored.

    With `credential`, saved or not, that one is tried on a fresh connection.
    """
    if credential is None:
        login_refusals.try_now(cluster)
    days = days_left(cluster.auth_url, seconds=settings.CLOUD_CONNECT_SECONDS)
    try:
        with gateway.call(cluster, credential=credential) as call:
            found = gateway.discover(call, cluster=cluster.name)
    except CloudError as error:
        return Report(cluster.name, error=str(error), code=error.code, certificate_days=days)
    error, code = _blocking(cluster, found)
    return Report(cluster.name, error, code, found, days, [*_warnings(found, days), *_about_kind(cluster, credential)])


def examine_and_keep(cluster: Cluster) -> Report:
    """Examine a stored cluster and remember what it can do."""
    report = examine(cluster)
    if report.capabilities:
        Cluster.objects.filter(pk=cluster.pk).update(capabilities=report.capabilities, checked_at=timezone.now())
    return report


def _blocking(cluster: Cluster, found: dict[str, Any]) -> tuple[str, str]:
    if cluster.region and cluster.region not in found["regions"]:
        known = ", ".join(found["regions"]) or "–"
        error = CloudError("no_region", cluster=cluster.name)
        return _("%(sentence)s It has: %(regions)s.") % {"sentence": error, "regions": known}, "no_region"
    if not cluster.region and len(found["regions"]) > 1:
        return _("This cloud has several regions. Choose one: %(regions)s.") % {
            "regions": ", ".join(found["regions"])
        }, "no_region"
    for service in REQUIRED:
        if problem := found["services"][service].get("error"):
            return problem, found["services"][service]["code"]
    return "", ""


def _about_kind(cluster: Cluster, credential: Credential | None) -> list[str]:
    tried = credential or Credential.objects.filter(cluster=cluster).only("kind").first()
    if tried is None or tried.kind != Credential.Kind.TOKEN:
        return []
    return [_("A token ends within hours and cannot be renewed. Use an application credential for longer.")]


def _warnings(found: dict[str, Any], days: int | None) -> list[str]:
    warnings = []
    for service, details in found["services"].items():
        if service not in REQUIRED and "error" in details and details["code"] != "no_service":
            warnings.append(f"{service}: {details['error']}")
    if not found["project_id"]:
        warnings.append(
            _(
                "The credential is for a domain or the system: servers, networks and images, which take a project, "
                "will not be seen."
            )
        )
    elif not found["is_admin"]:
        warnings.append(_("The credential has no admin role: only its own project will be seen."))
    skew = found["clock_skew"]
    if skew is not None and abs(skew) > MOST_SKEW_SECONDS:
        warnings.append(_("The cloud's clock differs from ours by %(seconds)d seconds.") % {"seconds": skew})
    if days is not None and days < FEWEST_CERTIFICATE_DAYS:
        warnings.append(_("The certificate ends in %(days)d days.") % {"days": days})
    return warnings
