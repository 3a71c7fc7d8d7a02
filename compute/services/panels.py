"""What stands on the page of a compute service beyond its facts."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from compute.services.models import Service
from opsys.kit.declare import register
from opsys.kit.declare.resource import Panel


def hypervisors(conn, item: Service, *, user, query) -> dict[str, Any]:
    """What runs by this service: one hypervisor, or with Ironic and VMware several."""
    resource = register.get("compute.hypervisor")
    rows = resource.model.objects.visible_to(user).present().filter(cluster=item.cluster, host=item.host)
    return {
        "hypervisors": [
            {
                "name": str(row),
                "servers": row.servers,
                "url": resource.item_url(row),
                "empty_url": reverse("jobs:empty-host", args=[row.pk]),
            }
            for row in rows.order_by("name", "pk").select_related("cluster")[:100]
        ]
    }


PANELS = (
    Panel(
        "hypervisors",
        _("Hypervisors"),
        "compute/services/hypervisors.html",
        hypervisors,
        cloud=False,
        icon="server-cog",
        when=lambda item: item.binary == "nova-compute",
    ),
)
