from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from opsys.kit.declare.register import register
from opsys.kit.declare.relation import OnDelete, Relation
from opsys.kit.declare.resource import Column, Filter, Resource
from storage.volume_types import cloud
from storage.volume_types.actions import ACTIONS
from storage.volume_types.models import VolumeType
from storage.volume_types.panels import PANELS

VOLUME_TYPES = register(
    Resource(
        model=VolumeType,
        slug="volume_types",
        icon="category",
        source=Source("block-storage", cloud.fetch, cloud.fetch_one, full_seconds=300),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("public", _("Public"), kind="flag", priority=2),
            Column("extra_specs", _("Extra specs"), value="extra_spec_lines", kind="lines", priority=3),
            Column("description", _("Description"), priority=3),
        ),
        filters=(Filter("public", _("Public"), choices=[(True, _("yes")), (False, _("no"))]),),
        relations=(
            Relation(
                "backend",
                _("Back end"),
                "storage.pool",
                "backend_name",
                key="backend_name",
                reverse=_("Volume types"),
                priority=2,
            ),
            Relation(
                "qos",
                _("QoS specification"),
                "storage.qosspec",
                "qos_id",
                reverse=_("Volume types"),
                on_delete=OnDelete.BLOCKS,
            ),
        ),
        actions=ACTIONS,
        panels=PANELS,
    )
)
