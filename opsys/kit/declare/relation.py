"""What resources of one type have to do with those of another, declared once."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db.models import Q

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class OnDelete(StrEnum):
    """What the cloud does with the resources that refer to one that is deleted."""

    BLOCKS = "blocks"
    """It refuses while there are any."""
    CASCADES = "cascades"
    """They are deleted too."""
    DETACHES = "detaches"
    """They stay, without it."""
    VARIES = "varies"
    """What was made with it is deleted too; what was there before stays, without it."""


@dataclass(frozen=True)
class Relation:
    """What each resource of a type belongs to or uses, declared on the type that knows the other's id.

    `to` names the other type, in the same cluster. One id stands in the column `field` (default: `name`). For several,
    or what is no column, `ids` is the attribute or function that lists them; they are kept in `ResourceLink` as the
    row is written. `key` is the column of the other type that is named ("name" where a cloud tells no id).

    The kit makes of it a column, a filter, and at the other end a panel titled `reverse` (without it only a count
    among all that refers there). `on_delete` says before a deletion what becomes of the rows that refer to it, but for
    those that match `except_for`, of which the cloud disposes unasked. `priority` is the column's.
    """

    name: str
    label: "str | StrPromise"
    to: str
    field: str = ""
    ids: str | Callable[[Any], list[str]] = ""
    key: str = "cloud_id"
    reverse: "str | StrPromise" = ""
    on_delete: OnDelete | None = None
    except_for: Q | None = None
    priority: int = 3

    @property
    def column(self) -> str:
        """The database column that holds the one id; "" where there are links."""
        return "" if self.ids else self.field or self.name

    def of(self, item: Any) -> list[str]:
        """What the item refers to, without blanks and doubles."""
        if callable(self.ids):
            found = self.ids(item)
        elif self.ids:
            found = getattr(item, self.ids)
        else:
            found = [getattr(item, self.column)]
        return list(dict.fromkeys(str(one) for one in found if one))
