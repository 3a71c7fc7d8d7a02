"""Links from a resource's page to other pages about it."""

from urllib.parse import urlencode

from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem
from opsys.kit.declare.address import address
from opsys.kit.declare.resource import Link


def topology_url(item: InventoryItem) -> str:
    around = f"{item._meta.label_lower}/{item.cloud_id}"
    return f"{address('networking:topology')}?{urlencode({'cluster': item.cluster.name, 'around': around})}"


TOPOLOGY = Link("topology", _("Topology"), topology_url, "topology-star-3")


def path_url(item: InventoryItem) -> str:
    source = f"{item._meta.label_lower}/{item.cloud_id}"
    return f"{address('networking:path')}?{urlencode({'cluster': item.cluster.name, 'source': source})}"


PATH = Link("path", _("Path"), path_url, "route")
