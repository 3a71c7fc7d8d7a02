"""What clouds call the states of their resources, in the reader's language, with the cloud's own word beside it."""

from django.utils.translation import get_language, pgettext_lazy

WORDS = {
    # Nova, and in capitals the other services too
    "ACTIVE": pgettext_lazy("status", "active"),
    "BUILD": pgettext_lazy("status", "building"),
    "DELETED": pgettext_lazy("status", "deleted"),
    "ERROR": pgettext_lazy("status", "error"),
    "HARD_REBOOT": pgettext_lazy("status", "hard-rebooting"),
    "MIGRATING": pgettext_lazy("status", "migrating"),
    "PASSWORD": pgettext_lazy("status", "changing the password"),
    "PAUSED": pgettext_lazy("status", "paused"),
    "REBOOT": pgettext_lazy("status", "rebooting"),
    "REBUILD": pgettext_lazy("status", "rebuilding"),
    "RESCUE": pgettext_lazy("status", "in rescue"),
    "RESIZE": pgettext_lazy("status", "resizing"),
    "REVERT_RESIZE": pgettext_lazy("status", "reverting the resize"),
    "SHELVED": pgettext_lazy("status", "shelved"),
    "SHELVED_OFFLOADED": pgettext_lazy("status", "shelved and offloaded"),
    "SHUTOFF": pgettext_lazy("status", "shut off"),
    "SOFT_DELETED": pgettext_lazy("status", "soft-deleted"),
    "SUSPENDED": pgettext_lazy("status", "suspended"),
    "UNKNOWN": pgettext_lazy("status", "unknown"),
    "VERIFY_RESIZE": pgettext_lazy("status", "resize to be confirmed"),
    "DOWN": pgettext_lazy("status", "down"),
    # Nova's power states
    "running": pgettext_lazy("status", "running"),
    "shutdown": pgettext_lazy("status", "shut down"),
    "crashed": pgettext_lazy("status", "crashed"),
    # Cinder
    "available": pgettext_lazy("status", "available"),
    "in-use": pgettext_lazy("status", "in use"),
    "creating": pgettext_lazy("status", "creating"),
    "deleting": pgettext_lazy("status", "deleting"),
    "attaching": pgettext_lazy("status", "attaching"),
    "detaching": pgettext_lazy("status", "detaching"),
    "extending": pgettext_lazy("status", "extending"),
    "maintenance": pgettext_lazy("status", "in maintenance"),
    "error_deleting": pgettext_lazy("status", "deletion failed"),
    "error_extending": pgettext_lazy("status", "extension failed"),
    # Glance
    "queued": pgettext_lazy("status", "queued"),
    "saving": pgettext_lazy("status", "saving"),
    "importing": pgettext_lazy("status", "importing"),
    "deactivated": pgettext_lazy("status", "deactivated"),
    "pending_delete": pgettext_lazy("status", "to be deleted"),
    # services and hosts
    "enabled": pgettext_lazy("status", "enabled"),
    "disabled": pgettext_lazy("status", "disabled"),
    "up": pgettext_lazy("status", "up"),
}
ALIKE = {
    "active": "available",
    "error": "ERROR",
    "down": "DOWN",
    "paused": "PAUSED",
    "suspended": "SUSPENDED",
    "deleted": "DELETED",
}
"""Words in small letters that say the same as another."""


def status_text(text: str) -> str:
    """“已关机 SHUTOFF” to a Chinese reader; in English the cloud's word says it already. What follows the status (a
    task, say) stays."""
    if (get_language() or "en").startswith("en"):
        return text
    status = text.partition(" · ")[0]
    word = WORDS.get(ALIKE.get(status, status))
    return f"{word} {text}" if word else text
