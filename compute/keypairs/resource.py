from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from compute.keypairs import cloud
from compute.keypairs.actions import ACTIONS
from compute.keypairs.models import Keypair
from compute.keypairs.panels import PANELS
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Filter, Resource

KEYPAIRS = register(
    Resource(
        model=Keypair,
        slug="keypairs",
        icon="key",
        # One request for each user of the cloud.
        source=Source("compute", cloud.fetch, cloud.fetch_one, full_seconds=300),
        columns=(
            Column("name", _("Name"), kind="name", sort=("name",), priority=1),
            Column("cluster", _("Cluster"), kind="cluster", sort=("cluster_name",), priority=1),
            Column("type", _("Type"), priority=3),
            Column("fingerprint", _("Fingerprint"), kind="code", priority=2),
            Column("user", _("User"), value="user_id", refers="identity.user", sort=("user_id",), priority=2),
            Column("own", _("Of the platform's user"), kind="flag", priority=3),
        ),
        filters=(
            Filter("user", _("User"), field="user_id", refers="identity.user"),
            Filter("own", _("Of the platform's user"), choices=[(True, _("yes")), (False, _("no"))]),
        ),
        actions=ACTIONS,
        panels=PANELS,
    )
)
