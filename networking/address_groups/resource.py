from django.utils.translation import gettext_lazy as _

from clusters.inventory import Source
from networking.address_groups import cloud
from networking.address_groups.actions import ACTIONS
from networking.address_groups.models import AddressGroup
from networking.declaring import CLUSTER, CREATED, DESCRIPTION, NAME, OF_PROJECT, PROJECT, SELDOM_SECONDS, payload_ids
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Resource

ADDRESS_GROUPS = register(
    Resource(
        model=AddressGroup,
        slug="address_groups",
        icon="address-book",
        source=Source(
            "network",
            cloud.fetch,
            cloud.fetch_one,
            full_seconds=SELDOM_SECONDS,
            events={"address_group": payload_ids("address_group")},
        ),
        columns=(
            NAME,
            CLUSTER,
            Column("addresses", _("Addresses"), value="address_lines", kind="lines", priority=1),
            PROJECT,
            DESCRIPTION,
            CREATED,
        ),
        filters=(OF_PROJECT,),
        actions=ACTIONS,
    )
)
