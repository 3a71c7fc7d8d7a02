"""Certificates and credentials that end soon."""

from datetime import timedelta

from django.utils.translation import gettext_lazy

from clusters.sentences import gettext as _
from monitoring.alerts.kind import Condition, Facts, Found
from monitoring.alerts.models import Ending
from opsys.kit.declare.address import address

NAMES = {
    Ending.What.CERTIFICATE: gettext_lazy("certificate"),
    Ending.What.CREDENTIAL: gettext_lazy("credential"),
}


def certificates(facts: Facts, threshold: float) -> Found:
    return _ending(facts, threshold, Ending.What.CERTIFICATE)


def credentials(facts: Facts, threshold: float) -> Found:
    return _ending(facts, threshold, Ending.What.CREDENTIAL)


def _ending(facts: Facts, threshold: float, what: Ending.What) -> Found:
    until = facts.now + timedelta(days=threshold)
    found = []
    for ending in Ending.objects.filter(cluster__in=facts.clusters, what=what, ends_at__lte=until):
        cluster = facts.clusters[ending.cluster_id]
        days = (ending.ends_at - facts.now) / timedelta(days=1)
        values = {"what": NAMES[what], "cluster": cluster.name, "day": f"{ending.ends_at:%Y-%m-%d %H:%M} UTC"}
        said = _("The %(what)s of %(cluster)s ended on %(day)s.") if days < 0 else None
        said = said or _("The %(what)s of %(cluster)s ends on %(day)s.")
        found.append(
            Condition(said % values, cluster.pk, detail=what, name=cluster.name, value=days, url=address("clusters"))
        )
    return Found(found)
