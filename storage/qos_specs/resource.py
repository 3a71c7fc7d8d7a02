from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource
from opsys.kit.declare.table_panel import TablePanel
from storage.qos_specs import cloud
from storage.qos_specs.actions import ACTIONS
from storage.qos_specs.models import QosSpec


def limits(conn, spec: QosSpec, *, user, query) -> dict[str, Any]:
    return {"rows": [{"key": key, "value": value} for key, value in spec.specs.items()]}


QOS_SPECS = register(
    Resource(
        model=QosSpec,
        slug="qos_specs",
        icon="scale",
        source=Source("block-storage", cloud.fetch, cloud.fetch_one, full_seconds=300, role="admin"),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("consumer", _("Consumer"), priority=2),
            Column("specs", _("Limits"), value="spec_lines", kind="lines", priority=2),
        ),
        filters=(
            Filter("consumer", _("Consumer"), choices=[(name, name) for name in ("back-end", "front-end", "both")]),
        ),
        actions=ACTIONS,
        panels=(
            TablePanel(
                "limits",
                _("Limits"),
                load=limits,
                cloud=False,
                icon="scale",
                columns=(Column("key", _("Key"), kind="code"), Column("value", _("Value"), kind="code")),
                add=("set-key",),
                on_entry=("set-key", "remove-key"),
            ),
        ),
    )
)
