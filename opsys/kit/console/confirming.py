"""What somebody types before something is lost: the name of the one row, or the number of the many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from clusters.guards.reasons import wants_reason
from opsys.kit.act.plan import COUNTED_FROM
from opsys.kit.declare.action import Action


@dataclass(frozen=True)
class Confirmation:
    """`expected` is to be typed; `kind` says what it is: name or number."""

    kind: str
    expected: str

    def met_by(self, typed: str) -> bool:
        return typed.strip() == self.expected.strip()

    @property
    def complaint(self) -> str:
        if self.kind == "name":
            return _("Type the name to confirm.")
        return _("Type the number of rows to confirm.")


def asks_why(action: Action, ready: Sequence[Any]) -> bool:
    """Whether the dialog has a field for the reason."""
    return action.risky and any(wants_reason(item.cluster) for item in ready)


def confirmation(action: Action, ready: Sequence[Any]) -> Confirmation | None:
    """None when the dialog's button is enough. Merely dangerous actions want the number from six rows on."""
    if not action.risky or not ready:
        return None
    in_production = any(wants_reason(item.cluster) for item in ready)
    if (action.destroys or in_production) and len(ready) == 1:
        return Confirmation("name", str(ready[0]))
    if action.destroys or in_production or len(ready) >= COUNTED_FROM:
        return Confirmation("number", str(len(ready)))
    return None
