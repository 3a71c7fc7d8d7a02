from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping, sequence
from clusters.inventory import list_indexes, relation_indexes
from networking.items import NetworkingItem


class Trunk(NetworkingItem):
    """A Neutron trunk: a port of a server over which other ports come too, each with a VLAN ID. `sub_ports` are
    objects of `port_id`, `segmentation_type` and `segmentation_id`."""

    port_id = models.CharField(_("port"), max_length=64, blank=True)
    sub_ports = models.JSONField(_("subports"), default=list)
    admin_state_up = models.BooleanField(_("administratively up"), default=True)

    class Meta(NetworkingItem.Meta):
        verbose_name = _("trunk")
        verbose_name_plural = _("trunks")
        indexes = [*list_indexes("trunk", "name", "status", "project_id"), *relation_indexes("trunk", "port_id")]

    @property
    def entries(self) -> list[dict[str, str]]:
        """`port`, `segmentation_type` and `segmentation_id` of each, as texts."""
        return [
            {
                "port": str(entry.get("port_id") or ""),
                "segmentation_type": str(entry.get("segmentation_type") or ""),
                "segmentation_id": str(entry.get("segmentation_id") or ""),
            }
            for entry in map(mapping, sequence(self.sub_ports))
        ]

    @property
    def sub_port_ids(self) -> list[str]:
        return [entry["port"] for entry in self.entries]
