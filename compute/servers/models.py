from django.db import models
from django.utils.translation import gettext_lazy as _

from clusters.coerce import mapping, sequence
from clusters.inventory import InventoryItem, filter_indexes, list_indexes, relation_indexes


class Server(InventoryItem):
    """A Nova server. `addresses` is a list of {network, address, type, mac}; `flavor` the flavor's name."""

    host = models.CharField(_("host"), max_length=255, blank=True)
    flavor = models.CharField(_("flavor"), max_length=255, blank=True)
    image_id = models.CharField(_("image"), max_length=64, blank=True)
    availability_zone = models.CharField(_("availability zone"), max_length=255, blank=True)
    task_state = models.CharField(_("task"), max_length=64, blank=True)
    power_state = models.CharField(_("power"), max_length=20, blank=True)
    locked = models.BooleanField(_("locked"), default=False)
    addresses = models.JSONField(_("addresses"), default=list)

    class Meta(InventoryItem.Meta):
        verbose_name = _("server")
        verbose_name_plural = _("servers")
        indexes = [
            *list_indexes("server", "name", "status", "flavor", "host", "project_id", "created_at"),
            *relation_indexes("server", "image_id"),
            *filter_indexes("server", "status", "availability_zone", "image_id", "task_state"),
        ]

    def search_words(self) -> list[str]:
        numbers = [entry.get(key) for entry in self.addresses for key in ("address", "mac")]
        return [*super().search_words(), *filter(None, numbers)]

    @property
    def transitional(self) -> bool:
        return bool(self.task_state) or self.status in ("BUILD", "HARD_REBOOT", "REBOOT", "MIGRATING", "RESIZE")

    @property
    def address_lines(self) -> list[str]:
        return [entry["address"] for entry in self.addresses]

    @property
    def fixed_addresses(self) -> list[str]:
        return [entry["address"] for entry in self.addresses if entry.get("type") != "floating"]

    @property
    def floating_addresses(self) -> list[str]:
        return [entry["address"] for entry in self.addresses if entry.get("type") == "floating"]

    @property
    def from_volume(self) -> bool:
        """Whether it boots from a volume: only then Nova names no image."""
        return not self.image_id

    @property
    def volume_ids(self) -> list[str]:
        entries = map(mapping, sequence(self.data.get("os-extended-volumes:volumes_attached")))
        return [entry["id"] for entry in entries if isinstance(entry.get("id"), str)]

    @property
    def metadata(self) -> dict[str, str]:
        return {key: text for key, text in mapping(self.data.get("metadata")).items() if isinstance(text, str)}

    @property
    def tags(self) -> list[str]:
        return [tag for tag in sequence(self.data.get("tags")) if isinstance(tag, str)]

    @property
    def keypair_ids(self) -> list[str]:
        """Nova knows a key pair by its user and its name; only those of the server's own user can have been used."""
        name, user = self.text("key_name"), self.text("user_id")
        return [f"{user}:{name}"] if name and user else []

    @property
    def flavor_size(self) -> dict[str, int]:
        """`vcpus`, `ram` (MiB) and `disk` (GiB) as they were at boot; empty on clouds older than compute 2.47."""
        flavor = mapping(self.data.get("flavor"))
        return {key: flavor[key] for key in ("vcpus", "ram", "disk") if isinstance(flavor.get(key), int)}

    @property
    def security_group_names(self) -> list[str]:
        names = [mapping(entry).get("name") for entry in sequence(self.data.get("security_groups"))]
        return sorted({name for name in names if isinstance(name, str) and name})

    @property
    def server_group_ids(self) -> list[str]:
        return [group for group in sequence(self.data.get("server_groups")) if isinstance(group, str)]

    @property
    def fault_text(self) -> str:
        """Why it is in ERROR, as Nova says it. After a repair Nova keeps the old one for a while."""
        message = mapping(self.data.get("fault")).get("message")
        return message if self.status == "ERROR" and isinstance(message, str) else ""

    @property
    def hostname(self) -> str:
        return self.text("OS-EXT-SRV-ATTR:hostname")

    def text(self, key: str) -> str:
        """One of the rest of what Nova said, "" unless it is a text."""
        value = self.data.get(key)
        return value if isinstance(value, str) else ""
