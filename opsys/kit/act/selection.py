"""All rows that match, instead of rows one by one: the same for the bulk bar, the API and the command line."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, QueryDict
from django.utils.translation import gettext as _

from clusters.inventory import InventoryItem
from opsys.kit.act.plan import COUNTED_FROM
from opsys.kit.declare.action import Action
from opsys.kit.declare.resource import Resource
from opsys.kit.lists.filters import filter_class
from opsys.kit.lists.query import query_for
from opsys.kit.lists.saved import SCOPE

MOST_MATCHING = 10_000


class Unfit(Exception):
    """This cannot stand for rows to act on; the text is a sentence for people."""


def matching(resource: Resource, params: QueryDict, *, user) -> list[int]:
    """The keys of all rows that this address's list shows to the user, on all its pages and in its order."""
    query = query_for(resource, params, user=user)
    if not query.filter.is_valid():
        raise Unfit(unusable(query.filter.errors))
    keys = list(query.rows.values_list("pk", flat=True)[: MOST_MATCHING + 1])
    if len(keys) > MOST_MATCHING:
        raise Unfit(
            _("More than %(most)s match. Narrow the filter: so many are not done in one go.") % {"most": MOST_MATCHING}
        )
    return keys


def params_of(resource: Resource, given: Mapping[str, Any]) -> QueryDict:
    """A program's filter as an address has it. It must name something, and only what there is: a filter that is empty
    or misspelt never means everything."""
    known = [*filter_class(resource.name).base_filters, *SCOPE]
    params = QueryDict(mutable=True)
    for name, value in given.items():
        if name not in known:
            raise Unfit(_("Unknown: %(unknown)s. Known: %(known)s.") % {"unknown": name, "known": ", ".join(known)})
        values = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(one, dict | list | bool | None) for one in values):
            raise Unfit(_("A filter's value is a text or a list of texts: %(name)s.") % {"name": name})
        params.setlist(name, [str(one) for one in values if str(one)])
    if not any(params.getlist(name) for name in params):
        raise Unfit(_("Name at least one filter: an empty one would mean everything."))
    return params


def programs_choice(resource: Resource, given: Mapping[str, Any], *, user) -> list[int]:
    """`matching` for a program's filter. A cluster one may not see is as unfit as one that does not exist."""
    try:
        return matching(resource, params_of(resource, given), user=user)
    except Http404:
        raise Unfit(_("There is no such cluster or group.")) from None


def unexpected(action: Action, ready: Sequence[InventoryItem], expect: int | None) -> str:
    """Why a program that acts on all that match must look again, or "". What people would have to type, a program says
    beforehand: how many they are."""
    if expect is None and action.risky and len(ready) >= COUNTED_FROM:
        return _("This would be done to %(count)d rows. Confirm with “expect”: %(count)d.") % {"count": len(ready)}
    if expect is not None and expect != len(ready):
        return _("You expect %(expect)d rows, now they are %(count)d. Nothing was done.") % {
            "expect": expect,
            "count": len(ready),
        }
    return ""


def seen(ready: Sequence[InventoryItem]) -> str:
    """Which rows somebody was told of, in few letters: whoever confirms, confirms these and no others."""
    text = ",".join(str(item.pk) for item in sorted(ready, key=lambda item: item.pk))
    return f"{len(ready)}-{hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"


def unusable(errors: Mapping[str, Sequence[str]]) -> str:
    said = " ".join(str(message) for messages in errors.values() for message in messages)
    return _("The filter cannot be used: %(errors)s") % {"errors": said}
