"""The charts of one resource, as a panel of its page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from monitoring.charts import ranges
from monitoring.charts.catalogue import CHARTS
from monitoring.charts.data import Subjects
from monitoring.charts.over import charts_over
from monitoring.loads import take as loads
from monitoring.samples.metrics import SERVER
from opsys.kit.declare import register
from opsys.kit.declare.resource import Panel
from opsys.kit.relate.panels import add_panel


def load(conn, item, *, user, query) -> dict[str, Any]:
    """`charts` over `?range=`; each as `charts_over` says."""
    kind = register.get(item._meta.label_lower).name
    if kind == SERVER:
        loads.look(item.cluster_id, item.cloud_id)
    chosen = ranges.chosen(query.get("range"))
    subjects = Subjects([item.cluster_id], kind, item.cloud_id)
    return {"range": chosen, "charts": charts_over(CHARTS[kind], subjects, chosen)}


def add_panels() -> None:
    for kind in filter(None, CHARTS):
        add_panel(
            Panel(
                "charts",
                _("Charts"),
                "monitoring/charts/panel.html",
                load,
                cloud=False,
                icon="chart-line",
            ),
            kind,
        )
