"""Whether the log is what it was: each event, each place in the tree, and each statement that was signed of it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import Checkpoint, Event, Leaf, TreeState
from audit.proof import checkpoints, keys, tree
from audit.proof.facts import leaf_data
from audit.proof.merkle import Tree, leaf_hash
from audit.proof.purged import purged_positions

PAGE = 5000


class Kind(StrEnum):
    EDITED = "edited"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    REWRITTEN = "rewritten"
    FORGED_CHECKPOINT = "forged checkpoint"


SENTENCES: dict[Kind, Promise] = {
    Kind.EDITED: _("The event was changed after it was written."),
    Kind.DELETED: _("The event was removed, and no clearing of old events says so."),
    Kind.INSERTED: _("The event was not written by the platform."),
    Kind.REORDERED: _("The events before this checkpoint are not those, or not in the order, that were signed."),
    Kind.TRUNCATED: _("The end of the log is missing: more events were signed than there are."),
    Kind.REWRITTEN: _("The log is not the one of which this checkpoint was signed."),
    Kind.FORGED_CHECKPOINT: _("The signature of this checkpoint is not ours."),
}


@dataclass(frozen=True)
class Finding:
    kind: Kind
    event: int | None = None  # its number
    position: int | None = None  # in the tree, where the event is not known
    size: int | None = None  # of the checkpoint

    def __str__(self) -> str:
        if self.event is not None:
            where = f"event {self.event}"
        elif self.position is not None:
            where = f"position {self.position}"
        else:
            where = f"checkpoint of {self.size} events"
        return f"{where}: {self.kind}. {SENTENCES[self.kind]}"


@dataclass
class Result:
    findings: list[Finding]
    events: int = 0  # verified
    purged: int = 0
    waiting: int = 0  # committed, not yet in the tree
    checkpoints: int = 0

    @property
    def intact(self) -> bool:
        return not self.findings


def verify(*, outside: Iterable[str] = ()) -> Result:
    """Look at everything. `outside` are notes of checkpoints from where the platform cannot write: only these show a
    log that was rewritten by somebody who has the keys, or set back to an earlier state as a whole."""
    return _Verification(outside).run()


class _Verification:
    def __init__(self, outside: Iterable[str]):
        self.state = TreeState.objects.filter(pk=1).first() or TreeState(pk=1)
        self.result = Result([])
        self.tree = Tree()
        self.purged = purged_positions()
        self.statements = sorted(self._statements(outside), key=lambda one: one[0].size)
        self.next = 0  # statement
        self.absent: dict[int, int] = {}  # number of an event that is gone → its position
        self.suspect = False  # something was found since the last good statement

    def run(self) -> Result:
        for page in self._pages():
            rows = {row.number: row for row in self._rows([number for _position, number, _hash in page])}
            for position, number, hashed in page:
                self._leaf(position, number, bytes(hashed), rows.get(number))
        self._compare()
        for statement, ours in self.statements[self.next :]:
            self._find(Kind.TRUNCATED if ours else Kind.REWRITTEN, size=statement.size)
        if self.tree.size < self.state.size and self.next >= len(self.statements):
            self._find(Kind.TRUNCATED, size=self.state.size)
        self._outside_the_tree()
        self._forgive_purged()
        return self.result

    def _statements(self, outside: Iterable[str]) -> Iterator[tuple[checkpoints.Statement, bool]]:
        """Each checkpoint whose signature is ours, and whether it lay in the database."""
        stored = ((note, True) for note in Checkpoint.objects.order_by("pk").values_list("note", flat=True))
        for note, ours in (*stored, *((note, False) for note in outside)):
            self.result.checkpoints += 1
            try:
                statement = checkpoints.read(note)
            except ValueError:
                statement = None
            if statement is None or not keys.is_signed(statement.text, statement.signature):
                self._find(Kind.FORGED_CHECKPOINT, size=statement.size if statement else 0)
            else:
                yield statement, ours

    def _pages(self) -> Iterator[list[tuple[int, int, bytes]]]:
        """All leaves: position, number of the event, hash."""
        leaves = Leaf.objects.order_by("position").values_list("position", "event_number", "hash")
        after = -1
        while page := list(leaves.filter(position__gt=after)[:PAGE]):
            yield page
            after = page[-1][0]

    def _rows(self, numbers: list[int]) -> Iterator[tree.Row]:
        events = Event.objects.filter(pk__gte=min(numbers), pk__lte=max(numbers))
        if max(numbers) - min(numbers) > 3 * len(numbers):  # far apart: only these
            for start in range(0, len(numbers), 500):
                some = Event.objects.filter(pk__in=numbers[start : start + 500])
                yield from tree.rows_of(some, unauthenticated_to=self.state.unauthenticated_to)
            return
        yield from tree.rows_of(events.order_by(), unauthenticated_to=self.state.unauthenticated_to)

    def _leaf(self, position: int, number: int, stored: bytes, row: tree.Row | None) -> None:
        while self.tree.size < position:  # the leaf itself is gone
            self._compare()
            self._find(Kind.DELETED, position=self.tree.size)
            self.tree.append(b"\0" * 32)
        self._compare()
        self.tree.append(stored)
        if row is None:
            if position in self.purged:
                self.result.purged += 1
            else:
                self.absent[number] = position
            return
        self.result.events += 1
        same = leaf_hash(leaf_data(row.number, row.data)) == stored
        if same and not row.authentic:
            self._find(Kind.INSERTED, event=row.number)
        elif not (same and row.authentic and row.consistent):
            self._find(Kind.EDITED, event=row.number)

    def _compare(self) -> None:
        """Hold every statement about a tree of this size against it."""
        while self.next < len(self.statements) and self.statements[self.next][0].size <= self.tree.size:
            statement, ours = self.statements[self.next]
            self.next += 1
            if statement.root != self.tree.root:
                if not self.suspect:
                    self._find(Kind.REORDERED if ours else Kind.REWRITTEN, size=statement.size)
                    return
            else:
                self.suspect = False

    def _outside_the_tree(self) -> None:
        missing = tree.missing(TreeState(complete_to=0))
        for row in tree.rows_of(missing, unauthenticated_to=self.state.unauthenticated_to):
            if row.authentic and row.number > self.state.complete_to:
                self.result.waiting += 1
            else:
                self._find(Kind.INSERTED, event=row.number)

    def _forgive_purged(self) -> None:
        """What was cleared while we looked is announced by now."""
        purged = purged_positions() if self.absent else self.purged
        for number, position in self.absent.items():
            if position in purged:
                self.result.purged += 1
            else:
                self._find(Kind.DELETED, event=number)

    def _find(self, kind: Kind, **where: int) -> None:
        self.suspect = True
        self.result.findings.append(Finding(kind, **where))
