from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping, sequence
from clusters.inventory import InventoryItem, filter_indexes, list_indexes, relation_indexes
from storage.described import Described, texts

OWN_METADATA = ("readonly", "attached_mode")
"""What Cinder itself puts among a volume's metadata."""


class Volume(Described, InventoryItem):
    """A Cinder volume. `size` in GiB; `attached_to` the cloud ids of the servers it is attached to; `host` the pool it
    lies in; `migration` Cinder's word for how far a migration is."""

    size = models.PositiveIntegerField(_("size"), default=0)
    volume_type = models.CharField(_("type"), max_length=255, blank=True)
    bootable = models.BooleanField(_("bootable"), default=False)
    encrypted = models.BooleanField(_("encrypted"), default=False)
    multiattach = models.BooleanField(_("multi-attach"), default=False)
    availability_zone = models.CharField(_("availability zone"), max_length=255, blank=True)
    host = models.CharField(_("pool"), max_length=255, blank=True)
    migration = models.CharField(_("migration"), max_length=64, blank=True)
    snapshot_id = models.CharField(_("from snapshot"), max_length=64, blank=True)
    source_volume_id = models.CharField(_("from volume"), max_length=64, blank=True)
    image_id = models.CharField(_("from image"), max_length=64, blank=True)
    group_id = models.CharField(_("group"), max_length=64, blank=True)
    attached_to = models.JSONField(_("attached to"), default=list)

    class Meta(InventoryItem.Meta):
        verbose_name = _("volume")
        verbose_name_plural = _("volumes")
        indexes = [
            *list_indexes("volume", "name", "status", "size", "volume_type", "project_id", "created_at"),
            *relation_indexes("volume", "snapshot_id", "source_volume_id", "image_id", "group_id", "host"),
            *filter_indexes("volume", "status"),
        ]

    def search_words(self) -> list[str]:
        return [*super().search_words(), *filter(None, self.attached_to)]

    @property
    def transitional(self) -> bool:
        return self.status.endswith("ing") or self.status in ("reserved", "backing-up", "restoring-backup")

    @property
    def metadata(self) -> dict[str, str]:
        """What people gave it, without what Cinder adds."""
        return {key: text for key, text in super().metadata.items() if key not in OWN_METADATA}

    @property
    def read_only(self) -> bool:
        return str(mapping(self.data.get("metadata")).get("readonly")).lower() == "true"

    @property
    def image_metadata(self) -> dict[str, str]:
        """The properties it has of its image, or was given."""
        return texts(self.data.get("volume_image_metadata"))

    @property
    def attachments(self) -> list[dict[str, str]]:
        """Each with `server_id`, `device`, `attachment_id` and `host_name`, "" where Cinder does not say."""
        keys = ("server_id", "device", "attachment_id", "host_name")
        entries = map(mapping, sequence(self.data.get("attachments")))
        return [{key: str(entry.get(key) or "") for key in keys} for entry in entries]
