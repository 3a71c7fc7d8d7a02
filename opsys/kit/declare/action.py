"""Operations on resources as values."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from clusters import access
from clusters.models import Cluster, Environment
from clusters.sentences import as_data

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from opsys.kit.declare.copies import Copies
    from opsys.kit.forms.form import ActionForm
    from opsys.kit.forms.project import Project

PROJECT_SERVICES = frozenset({"compute", "block-storage", "network", "image"})
"""Services whose resources belong to projects."""

ASKED_FIRST = (Environment.PRODUCTION, Environment.UNSET)
"""Where an interruption is confirmed: what a cluster is for may not be known."""


def always(target: Any) -> str:
    """The state check of an action that any state allows."""
    return ""


def gone(item: Any) -> bool:
    """The goal of an action that deletes."""
    return item is None


@dataclass(frozen=True)
class Shown:
    """What an action gives to the person who asked, once, and which is stored nowhere. `kind` is text, secret (not
    readable before it is asked for) or link; with a `filename` it can be saved."""

    title: str
    text: str
    kind: str = "text"
    filename: str = ""

    def as_dict(self) -> dict[str, str]:
        return {"title": str(self.title), "text": self.text, "kind": self.kind, "filename": self.filename}


@dataclass(frozen=True)
class Action:
    """Something that can be done, declared once for every door.

    With `scope` "item" it is done to a resource: `run(conn, cloud_id, **params)` asks the cloud and raises what the
    SDK raises; `when(item)` gives the reason why not, or "". With "cluster" it makes something new:
    `run(conn, **params)` returns the new resource's id, or a dict with its "id"; `when(cluster)`.

    `question` asks whether it shall be done to “%(name)s”, where the label alone would read badly.

    `interrupts` whoever uses the resource, so that in production people are asked first.

    `needs` is the service and the oldest microversion it takes ("compute 2.73"), or only the service; left out, it is
    the service that the type is read from. `form` collects
    the parameters. `danger` asks the person first, `destroys` has them type what is about to be lost. `single` is done
    to one resource at a time only. `touches` names other types whose rows it changes, `cascades` those whose rows it
    deletes too, whatever their relation says of a deletion. `shows` turns what `run`
    returned into what the person is shown once. `command(target, **params)` is the same as words after `openstack`.

    `find_request(conn, cloud_id, since)` tells from the cloud's own records whether it was asked for this since then:
    the request's id, or ""; `goal_reached(item)` whether the item (None when it is gone) is as the action was to make
    it, for a cloud that died after it began and before it wrote that down; `find_created(conn, since, **params)` tells
    which new resource came of it, by its id. Without them an operation whose answer was lost is simply done again.
    `copies` says what copy it makes of the resource; with it, schedules offer the action.

    `in_project` says whether something new belongs to a project, so that people may choose which one; left out, it
    does if its `needs` is a service of projects, unless only administrators may make it or the form asks for a
    `project` of its own.
    """

    name: str
    label: "str | StrPromise"
    run: Callable[..., Any]
    permission: str = access.OPERATE
    when: Callable[[Any], str] = always
    needs: str = ""
    form: "type[ActionForm] | None" = None
    find_request: Callable[[Any, str, datetime], str] | None = None
    goal_reached: Callable[[Any], bool] | None = None
    find_created: Callable[..., str] | None = None
    icon: str = "bolt"
    danger: bool = False
    interrupts: bool = False
    question: "str | StrPromise" = ""
    destroys: bool = False
    scope: str = "item"
    single: bool = False
    group: "str | StrPromise" = ""
    touches: tuple[str, ...] = ()
    cascades: tuple[str, ...] = ()
    command: Callable[..., list[str]] | None = None
    shows: Callable[[Any], Shown | None] | None = None
    in_project: bool | None = None
    copies: "Copies | None" = None

    @property
    def takes_project(self) -> bool:
        """Whether it makes something in a project that may be chosen."""
        if self.scope != "cluster" or self.in_project is not None:
            return self.scope == "cluster" and bool(self.in_project)
        asks_itself = self.form is not None and "project" in self.form.base_fields
        service = self.needs.partition(" ")[0]
        return service in PROJECT_SERVICES and self.permission != access.ADMINISTER and not asks_itself

    @property
    def dialog(self) -> bool:
        """Whether people are asked something before it runs, or shown something after."""
        return self.danger or self.destroys or self.form is not None or self.shows is not None

    def asks(self, cluster: Cluster) -> bool:
        """Whether one resource of this cluster is asked about before it is done to it."""
        return self.dialog or (self.interrupts and cluster.environment in ASKED_FIRST)

    @property
    def one_word(self) -> bool:
        """Whether its label is a verb, which a name can follow: “Stop web-1”, but “Attach a volume: web-1”."""
        message = (as_data(self.label) or {}).get("message", str(self.label))
        return " " not in message

    @property
    def deletes(self) -> bool:
        """Whether the resource is gone afterwards."""
        return self.goal_reached is not None and self.goal_reached(None)

    @property
    def risky(self) -> bool:
        return self.danger or self.destroys


class Status(StrEnum):
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True)
class Outcome:
    """What became of one item. Refused: we did not ask the cloud. Failed: we asked, and it did not do it.

    `shown` is for whoever asked, and is neither stored nor audited; so `repr` leaves it out."""

    status: Status
    name: str
    cloud_id: str = ""
    cluster: str = ""
    reason: str = ""
    code: str = ""
    request_id: str = ""
    global_request_id: str = ""
    seconds: float = 0.0
    sent: bool = False  # whether the cloud was asked at all
    retry_at: datetime | None = None  # when the cloud wants to be asked again
    shown: Shown | None = field(default=None, repr=False)

    def as_dict(self) -> dict[str, Any]:
        names = ("name", "cloud_id", "cluster", "reason", "code", "request_id", "seconds")
        said = {"status": self.status.value, **{name: getattr(self, name) for name in names}}
        return {**said, "shown": self.shown.as_dict()} if self.shown else said


@dataclass(frozen=True)
class Operation:
    """One action by one person on one item, or in one cluster (then `cloud_id` is empty), as the signals carry it.
    Without a cluster it is about what does not exist, for this person at least. `project` is where something new is
    made, None for the credential's own; `why` the reason that whoever asked gave, `approved_by` the second person
    where one was asked."""

    user: Any
    via: str
    client: str
    resource: str
    action: str
    label: str
    cluster: Cluster | None
    cloud_id: str
    name: str
    params: Mapping[str, Any]
    project: "Project | None" = None
    why: str = ""
    approved_by: str = ""
    id: uuid.UUID = field(default_factory=uuid.uuid4)
