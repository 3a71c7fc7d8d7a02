from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.address_scopes import cloud
from networking.address_scopes.actions import ACTIONS
from networking.address_scopes.models import AddressScope
from networking.declaring import CLUSTER, NAME, OF_PROJECT, PROJECT, SELDOM_SECONDS, payload_ids
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Resource

ADDRESS_SCOPES = register(
    Resource(
        model=AddressScope,
        slug="address_scopes",
        icon="circles",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=SELDOM_SECONDS,
            events={"address_scope": payload_ids("address_scope")},
        ),
        columns=(
            NAME,
            CLUSTER,
            Column("ip_version", _("IP version"), priority=2),
            Column("shared", _("Shared"), kind="flag", priority=3),
            PROJECT,
        ),
        filters=(OF_PROJECT,),
        actions=ACTIONS,
    )
)
