"""What became open to the world: the critical findings of the exposure report."""

from django.contrib.auth import get_user_model

from clusters.sentences import gettext as _
from monitoring.alerts.kind import MOST, Condition, Facts, Found
from opsys.kit.lists.scope import Scope
from opsys.kit.reports.doors import report_named

REPORT = "networking.exposure"


def openings(facts: Facts, threshold: float) -> Found:
    """One condition a server (or port) and level, however many rules open it."""
    report = report_named(REPORT)
    if report is None:
        return Found([])
    clusters = list(facts.clusters.values())
    # The platform looks at all of them; who is told what is decided when it is told.
    platform = get_user_model()(is_superuser=True)
    rows = report.rows(Scope(clusters, clusters), {"level": ["critical"]}, user=platform)
    found: dict[tuple[int, str], Condition] = {}
    for row in rows[: MOST + 1]:
        port = row.opening.port
        said = _("%(name)s of %(cluster)s is open to the world: %(protocol)s %(ports)s.") % {
            "name": row.server_name,
            "cluster": row.cluster.name,
            "protocol": row.protocol,
            "ports": row.ports,
        }
        place = {"name": row.server_name, "url": f"{report.url()}?cluster={row.cluster.name}"}
        found.setdefault((row.cluster.pk, port), Condition(said, row.cluster.pk, "networking.port", port, **place))
    return Found(list(found.values()), complete=len(rows) <= MOST)
