from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.inventory import InventoryItem, list_indexes


class Image(InventoryItem):
    """A Glance image. `size` in bytes, `min_disk` in GiB, `min_ram` in MiB; `server_id` is the server that a snapshot
    or backup was made from."""

    class Kind(models.TextChoices):
        IMAGE = "image", _("image")
        SNAPSHOT = "snapshot", _("instance snapshot")
        BACKUP = "backup", _("instance backup")

    kind = models.CharField(_("kind"), max_length=16, choices=Kind, default=Kind.IMAGE)
    visibility = models.CharField(_("visibility"), max_length=16, blank=True)
    os_distro = models.CharField(_("operating system"), max_length=64, blank=True)
    disk_format = models.CharField(_("format"), max_length=32, blank=True)
    size = models.PositiveBigIntegerField(_("size"), null=True)
    min_disk = models.PositiveIntegerField(_("smallest disk"), default=0)
    min_ram = models.PositiveIntegerField(_("smallest memory"), default=0)
    protected = models.BooleanField(_("protected"), default=False)
    hidden = models.BooleanField(_("hidden"), default=False)
    server_id = models.CharField(_("server"), max_length=64, blank=True)
    tags = models.JSONField(_("tags"), default=list)

    for_all_projects = models.Q(visibility="public")

    class Meta(InventoryItem.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        indexes = list_indexes(
            "image",
            "name",
            "status",
            "kind",
            "visibility",
            "os_distro",
            "size",
            "project_id",
            "created_at",
        )

    def search_words(self) -> list[str]:
        tags = [tag for tag in self.tags or () if isinstance(tag, str)]
        return [*super().search_words(), self.os_distro, self.server_id, *tags]

    @property
    def transitional(self) -> bool:
        return self.status in ("saving", "uploading", "importing", "pending_delete")

    @property
    def properties(self) -> dict[str, str]:
        """What people and tools wrote beside Glance's own fields."""
        found = self.data.get("properties")
        return {key: str(value) for key, value in found.items()} if isinstance(found, dict) else {}

    @property
    def editable_properties(self) -> dict[str, str]:
        """Those that people may change, each on a line of its own: not what Glance notes for itself."""
        return {
            key: value
            for key, value in sorted(self.properties.items())
            if not key.startswith("os_glance_") and len(f"{key}={value}".splitlines()) == 1 and value == value.strip()
        }
