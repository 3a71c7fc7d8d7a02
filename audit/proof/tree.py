"""New events enter the tree, in batches, a moment after they were committed.

Not when they are written: writers would have to take turns until their transactions end. Until an event is in the tree
its authentication code guards what it says; that it was removed within these seconds cannot be seen.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import NamedTuple

import structlog
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, QuerySet
from django.utils import timezone

from audit.models import Checkpoint, Event, Leaf, TreeState
from audit.proof import checkpoints, keys
from audit.proof.facts import FACTS, as_bytes, facts_of, leaf_data
from audit.proof.merkle import Tree, leaf_hash

BATCH = 2000
CHECKPOINT_SECONDS = 60
# Numbers are given when a row is inserted, not when it is committed: a long transaction's events come late.
LONGEST_TRANSACTION = timedelta(minutes=30)
LATE = timedelta(minutes=2)

log = structlog.get_logger()


class Row(NamedTuple):
    """An event as the proof sees it."""

    number: int
    facts: dict
    data: bytes
    authentic: bool
    consistent: bool  # the foreign keys are those of the facts, or gone


def rows_of(events: QuerySet[Event], *, unauthenticated_to: int) -> Iterator[Row]:
    """The events of a query, with what is proved of them and whether the platform wrote it."""
    columns = ("pk", "authentication", "user_id", "cluster_id", *FACTS)
    for number, code, user_id, cluster_id, *values in events.values_list(*columns).iterator(chunk_size=BATCH):
        facts = facts_of(tuple(values))
        data = as_bytes(facts)
        if code is None:
            authentic = number <= unauthenticated_to
        else:
            code = bytes(code)
            authentic = keys.is_authentic(code[: keys.NONCE_BYTES], data, code[keys.NONCE_BYTES :])
        consistent = user_id in (None, facts["user_number"]) and cluster_id in (None, facts["cluster_number"])
        yield Row(number, facts, data, authentic, consistent or code is None)


def is_behind() -> bool:
    """Whether events are to be put into the tree, or the tree is to be signed. Takes no lock."""
    state = TreeState.objects.filter(pk=1).first() or TreeState()
    return missing(state).exists() or checkpoint_is_due()


def append_new(*, most: int = BATCH) -> int:
    """Put up to `most` committed events that are not in the tree into it; how many there were."""
    with locked_state() as state:
        rows = list(rows_of(missing(state)[:most], unauthenticated_to=state.unauthenticated_to))
        if not rows:
            return 0
        tree = tree_of(state)
        leaves = []
        for row in rows:
            hashed = leaf_hash(leaf_data(row.number, row.data))
            leaves.append(Leaf(position=tree.size, event_number=row.number, hash=hashed))
            tree.append(hashed)
            if not row.authentic:
                log.error("audit event was not written by the platform", number=row.number)
        Leaf.objects.bulk_create(leaves, batch_size=500)
        state.size, state.subtrees = tree.size, [subtree.hex() for subtree in tree.subtrees]
        state.save(update_fields=["size", "subtrees"])
    _tell_late([row for row in rows if row.number > state.unauthenticated_to])
    return len(rows)


def append_all() -> None:
    while append_new() == BATCH:
        pass


def checkpoint_if_due() -> Checkpoint | None:
    """Sign the tree if it has grown and the last checkpoint is a minute old."""
    return checkpoint_now() if checkpoint_is_due() else None


def checkpoint_is_due() -> bool:
    last = Checkpoint.objects.first()
    if last is None:
        return True
    old = last.at <= timezone.now() - timedelta(seconds=CHECKPOINT_SECONDS)
    return old and Leaf.objects.filter(position__gte=last.size).exists()


def checkpoint_now() -> Checkpoint:
    """Sign the tree as it is; the last checkpoint if nothing was added since."""
    with locked_state() as state:
        last = Checkpoint.objects.first()
        if last is not None and last.size == state.size:
            return last
        _move_on(state)
        return checkpoints.make(tree_of(state))


def missing(state: TreeState) -> QuerySet[Event]:
    """Events that are not in the tree, oldest number first."""
    in_tree = Leaf.objects.filter(event_number=OuterRef("pk"))
    return Event.objects.filter(~Exists(in_tree), pk__gt=state.complete_to).order_by("pk")


@contextmanager
def locked_state() -> Iterator[TreeState]:
    """The state of the tree, for whoever adds to it: one at a time, in one transaction."""
    TreeState.objects.get_or_create(pk=1)
    with transaction.atomic():
        # A write first: it takes the lock on every database, SQLite included, before anything is read.
        TreeState.objects.filter(pk=1).update(size=F("size"))
        yield TreeState.objects.get(pk=1)


def tree_of(state: TreeState) -> Tree:
    return Tree(state.size, [bytes.fromhex(subtree) for subtree in state.subtrees])


def _move_on(state: TreeState) -> None:
    """Look no more for events so old that no transaction can still bring one before them."""
    old = Event.objects.filter(pk__gt=state.complete_to, at__lt=timezone.now() - LONGEST_TRANSACTION)
    last = old.aggregate(last=Max("pk"))["last"]
    if last is not None and not missing(state).filter(pk__lte=last).exists():
        state.complete_to = last
        state.save(update_fields=["complete_to"])


def _tell_late(rows: list[Row]) -> None:
    """Somebody was not there to do it: a worker that died or was down. Said once, in the log and in the audit."""
    newest = max((row.facts["at"] for row in rows), default="9")
    limit = f"{timezone.now() - LATE:%Y-%m-%dT%H:%M:%S}"
    if newest < limit:
        log.warning("audit events entered the proof late", events=len(rows), newest=newest)
        Event.objects.create(
            via=Event.Via.SYSTEM, action="audit.proof.late", resource="audit.proof", params={"events": len(rows)}
        )
