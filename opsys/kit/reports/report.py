"""A report as one value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlencode

from django import forms

from clusters.models import Cluster
from opsys.kit.declare import register
from opsys.kit.declare.action import Action
from opsys.kit.declare.address import address
from opsys.kit.declare.resource import Column, Resource
from opsys.kit.lists.scope import Scope

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


@dataclass(frozen=True)
class Remedy:
    """What can be done about a finding: an action on a row of a type. The action's own plan says whether it may.
    `values` are what its form begins with."""

    resource_name: str
    action_name: str
    pk: int
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def resource(self) -> Resource:
        return register.get(self.resource_name)

    @property
    def action(self) -> Action:
        return self.resource.action(self.action_name)

    @property
    def kind(self) -> str:
        """What several remedies have in common that can be done in one go."""
        return f"{self.resource_name}/{self.action_name}"

    @property
    def url(self) -> str:
        """With an end to which the rows' `ids` are added."""
        begun = f"{urlencode(self.values)}&" if self.values else ""
        return f"{self.resource.url('action', self.action_name)}?{begun}"


class Found(Protocol):
    """One finding."""

    @property
    def cluster(self) -> Cluster: ...

    @property
    def remedy(self) -> Remedy | None: ...

    @property
    def words(self) -> str:
        """What it is searched by, in lower case."""


class ReportForm(forms.Form):
    """The filters of a report beside search and clusters, which all have."""

    q = forms.CharField(required=False)


@dataclass(frozen=True)
class Report:
    """Findings over several types. `find(scope, user=, wanted=)` gives those of the clusters in the scope, the worst
    first; `wanted` are the filters' values. `types` are those it is worked out from: when a row of one of them
    changes, open pages look again. `intro` says what is listed and how it is known."""

    app: str
    slug: str
    label: "str | StrPromise"
    icon: str
    intro: "str | StrPromise"
    columns: Sequence[Column]
    types: Sequence[str]
    find: Callable[..., Sequence[Any]]
    form: type[ReportForm] = ReportForm
    nothing: "str | StrPromise" = ""

    @property
    def name(self) -> str:
        return f"{self.app}.{self.slug}"

    @property
    def shown(self) -> list[Column]:
        """The columns of the page. Those of priority 4 are for programs and files."""
        return [column for column in self.columns if column.priority < 4]

    @property
    def resources(self) -> list[Resource]:
        """Of the types there are, those it is worked out from."""
        return [resource for resource in register.resources() if resource.name in self.types]

    def url(self, door: str = "") -> str:
        """ "" the page, or export, freshness."""
        return address(f"{self.app}:{self.slug}{'-' + door if door else ''}")

    def rows(self, scope: Scope, wanted: Mapping[str, Any], *, user) -> Sequence[Any]:
        found = self.find(scope, user=user, wanted=wanted)
        words = str(wanted.get("q") or "").lower().split()
        return [row for row in found if all(word in row.words for word in words)] if words else found
