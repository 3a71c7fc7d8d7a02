"""What somebody who has the database does behind the application's back, one kind at a time: found, and named."""

import pytest
from django.db import models

from audit.models import Checkpoint, Event, Leaf, TreeState
from audit.proof import checkpoints, tree
from audit.proof.merkle import Tree, leaf_hash
from audit.proof.verify import Kind, verify


@pytest.fixture
def events(db) -> list[Event]:
    """Twelve events under two checkpoints, of eight and of twelve."""
    made = []
    for count in (8, 4):
        made += [
            Event.objects.create(via="ui", action="a.b.c", name=f"event {n}", username="ada") for n in range(count)
        ]
        tree.append_all()
        tree.checkpoint_now()
    assert verify().intact
    return made


def raw(model: type[models.Model] = Event) -> models.QuerySet:
    """The table, without what keeps the application from changing it."""
    return models.QuerySet(model)


def remove(event: Event) -> None:
    raw().filter(pk=event.pk)._raw_delete("default")


def findings(**options) -> list[tuple[str, int | None]]:
    return [(finding.kind, finding.event) for finding in verify(**options).findings]


@pytest.mark.parametrize(
    "change",
    [
        {"username": "mallory"},
        {"reason": "because"},
        {"params": {"size": 1}},
        {"at": "2020-01-01T00:00:00Z"},
        {"phase": "refused"},
        {"seconds": 1.5},
        {"user_number": 4},
        {"authentication": b"x" * 48},
        {"authentication": None},
    ],
    ids=lambda change: next(iter(change)) if next(iter(change.values())) else "no-authentication",
)
def test_edited(events, change):
    raw().filter(pk=events[3].pk).update(**change)
    assert [event for _kind, event in findings()] == [events[3].pk]
    assert findings()[0][0] in (Kind.EDITED, Kind.INSERTED if "authentication" in change else Kind.EDITED)


def test_edited_with_its_leaf(events):
    raw().filter(pk=events[3].pk).update(username="mallory")
    row = next(tree.rows_of(raw().filter(pk=events[3].pk), unauthenticated_to=0))
    hashed = leaf_hash(b"%d\n%s" % (row.number, row.data))
    raw(Leaf).filter(event_number=events[3].pk).update(hash=hashed)
    assert (Kind.INSERTED, events[3].pk) in findings()  # the platform did not write this


def test_given_to_another_user(events, make_user):
    raw().filter(pk=events[3].pk).update(user=make_user("mallory"))
    assert (Kind.EDITED, events[3].pk) in findings()


def test_deleted(events):
    remove(events[3])
    assert findings() == [(Kind.DELETED, events[3].pk)]


def test_deleted_with_its_leaf(events):
    remove(events[3])
    raw(Leaf).filter(event_number=events[3].pk).delete()
    found = verify().findings
    assert (found[0].kind, found[0].position) == (Kind.DELETED, 3)


def test_deleted_with_its_leaf_and_the_gap_closed(events):
    remove(events[3])
    raw(Leaf).filter(event_number=events[3].pk).delete()
    for leaf in raw(Leaf).filter(position__gt=3).order_by("position"):
        raw(Leaf).filter(position=leaf.position).update(position=leaf.position - 1)
    kinds = {kind for kind, _event in findings()}
    assert Kind.REORDERED in kinds and Kind.TRUNCATED in kinds


def test_inserted(events):
    copy = raw().filter(pk=events[3].pk).values().get()
    raw().create(**{**copy, "id": None, "authentication": b"y" * 48, "username": "mallory"})
    forged = Event.objects.latest("pk")
    assert forged.username == "mallory"
    raw().filter(pk=forged.pk).update(authentication=b"z" * 48)  # `save` had given it a real one
    assert findings() == [(Kind.INSERTED, forged.pk)]
    tree.append_all()
    assert findings() == [(Kind.INSERTED, forged.pk)]  # the proof does not make it true


def test_reordered(events):
    first, second = (raw(Leaf).filter(position=n).get() for n in (2, 5))
    raw(Leaf).filter(position=2).update(position=-1)
    raw(Leaf).filter(position=5).update(position=2)
    raw(Leaf).filter(position=-1).update(position=5)
    assert first.event_number != second.event_number
    assert findings() == [(Kind.REORDERED, None)]


def test_two_events_exchanged(events):
    one, other = events[2].pk, events[5].pk
    raw().filter(pk=one).update(id=999)
    raw().filter(pk=other).update(id=one)
    raw().filter(pk=999).update(id=other)
    assert findings() == [(Kind.EDITED, one), (Kind.EDITED, other)]


@pytest.mark.parametrize("also", ["", "leaves", "state"])
def test_truncated(events, also):
    """The newest events go; with their leaves; with the tree's own state set back."""
    for event in events[9:]:
        remove(event)
    if also:
        raw(Leaf).filter(position__gte=9).delete()
    if also == "state":
        rebuilt = Tree()
        for leaf in Leaf.objects.order_by("position"):
            rebuilt.append(bytes(leaf.hash))
        TreeState.objects.update(size=rebuilt.size, subtrees=[subtree.hex() for subtree in rebuilt.subtrees])
    kinds = {kind for kind, _event in findings()}
    assert kinds == ({Kind.TRUNCATED} if also else {Kind.DELETED})


def rewrite() -> None:
    """The whole log anew, with the platform's own keys and code."""
    for model in (Event, Leaf, Checkpoint, TreeState):
        raw(model)._raw_delete("default")
    for n in range(12):
        Event.objects.create(via="ui", action="a.b.c", name=f"event {n}", username="mallory")
    tree.append_all()
    tree.checkpoint_now()


def test_wholly_rewritten_shows_only_from_outside(events):
    outside = [checkpoint.note for checkpoint in Checkpoint.objects.all()]
    rewrite()
    assert findings() == []
    assert Kind.REWRITTEN in {kind for kind, _event in findings(outside=outside)}


def test_set_back_to_an_earlier_state_shows_from_outside(events):
    outside = [checkpoint.note for checkpoint in Checkpoint.objects.all()]
    rewrite()
    for model in (Event, Leaf, Checkpoint, TreeState):
        raw(model)._raw_delete("default")
    assert findings(outside=outside) == [(Kind.REWRITTEN, None)] * 2


def test_a_forged_checkpoint(events):
    checkpoint = Checkpoint.objects.last()
    forged = checkpoint.note.replace("\n8\n", "\n9\n")
    assert forged != checkpoint.note
    raw(Checkpoint).filter(pk=checkpoint.pk).update(note=forged)
    assert [kind for kind, _event in findings()] == [Kind.FORGED_CHECKPOINT]
    assert [kind for kind, _event in findings(outside=["not a note"])] == [Kind.FORGED_CHECKPOINT] * 2
    assert checkpoints.read(forged).size == 9
