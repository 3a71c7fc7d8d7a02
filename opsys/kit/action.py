"""Operations on resources as values."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django import forms

from clusters import access
from clusters.inventory import InventoryItem
from clusters.models import Cluster

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


def always(item: InventoryItem) -> str:
    """The state check of an action that any state allows."""
    return ""


@dataclass(frozen=True)
class Action:
    """Something that can be done to a resource, declared once for every door.

    `run(conn, cloud_id, **params)` asks the cloud; it returns nothing and raises what the SDK raises.
    `when(item)` gives the reason why not, or "". `needs` is the service and the oldest microversion it takes
    ("compute 2.73"), or only the service. `form` collects the parameters. `danger` asks the person first.
    `asked(conn, cloud_id, since)` tells from the cloud's own records whether it was asked for this since then: the
    request's id, or ""; without it an operation whose answer was lost is simply done again.
    """

    name: str
    label: "str | StrPromise"
    run: Callable[..., Any]
    permission: str = access.OPERATE
    when: Callable[[Any], str] = always
    needs: str = ""
    form: type[forms.Form] | None = None
    asked: Callable[[Any, str, datetime], str] | None = None
    icon: str = "bolt"
    danger: bool = False

    @property
    def dialog(self) -> bool:
        """Whether people are asked something before it runs."""
        return self.danger or self.form is not None


class Status(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of one item. Refused: we did not ask the cloud. Failed: we asked, and it did not do it."""

    status: Status
    name: str
    cloud_id: str = ""
    cluster: str = ""
    reason: str = ""
    code: str = ""
    request_id: str = ""
    global_request_id: str = ""
    seconds: float = 0.0
    asked: bool = False  # whether the cloud was asked at all

    def as_dict(self) -> dict[str, Any]:
        names = ("name", "cloud_id", "cluster", "reason", "code", "request_id", "seconds")
        return {"status": self.status.value, **{name: getattr(self, name) for name in names}}


@dataclass(frozen=True)
class Operation:
    """One action on one item by one person, as the signals carry it."""

    user: Any
    via: str
    client: str
    resource: str
    action: str
    label: str
    cluster: Cluster
    cloud_id: str
    name: str
    params: Mapping[str, Any]
    id: uuid.UUID = field(default_factory=uuid.uuid4)
