"""Which of a schedule's copies of a resource have had their time, and their end."""

from django.utils import timezone

from clusters import sync
from clusters.inventory import InventoryItem
from clusters.sentences import gettext as _
from clusters.sentences import ngettext
from jobs.models import MadeCopy
from jobs.schedules.copying import Copy, bears_mark
from jobs.schedules.rules import Rules, kept
from opsys.kit.act.perform import perform
from opsys.kit.declare.action import Outcome, Status


def clear(copy: Copy, rules: Rules, outcome: Outcome) -> Outcome:
    """The outcome of the whole item: the new copy is there, now the old ones go that the rules keep no longer."""
    pairs = _present(copy)
    stays = kept([made.asked_at for made, _row in pairs], rules, timezone.now())
    old = [pair for place, pair in enumerate(pairs) if place not in stays and pair[0].pk != copy.made.pk]
    if copy.way.copies.incremental is not None:
        old = _without_needed(copy, old)
    asked_by = {"user": copy.job.actor, "via": copy.job.via, "client": copy.job.client}
    outcomes = perform(copy.way.made, copy.way.delete, [row.pk for _made, row in old], **asked_by)
    gone = 0
    problems, wrong = [], False
    for (made, row), result in zip(old, outcomes, strict=True):
        if result.status is Status.DONE or result.code in ("not_found", "gone"):
            gone += 1
            made.delete()
        else:
            # Somebody protected it, say, which is a way to keep one.
            wrong |= result.code != "state"
            problems.append(_("%(name)s was not deleted. %(reason)s") % {"name": row.name, "reason": result.reason})
    said = ngettext("%(count)d older copy was deleted.", "%(count)d older copies were deleted.", gone)
    reason = " ".join([*([said % {"count": gone}] if gone else []), *problems])
    return Outcome(
        Status.FAILED if wrong else Status.DONE,
        name=outcome.name,
        cloud_id=outcome.cloud_id,
        cluster=outcome.cluster,
        code="retention" if wrong else "",
        reason=reason,
        request_id=outcome.request_id,
    )


def may_be_incremental(copy: Copy, most: int) -> bool:
    """Whether there is a whole one that fewer than so many incremental ones followed."""
    incremental = copy.way.copies.incremental
    if not most or incremental is None:
        return False
    earlier = [row for made, row in _present(copy) if made.pk != copy.made.pk]
    whole = next((place for place, row in enumerate(earlier) if not incremental(row)), None)
    return whole is not None and whole < most


def _without_needed(copy: Copy, old: list[tuple[MadeCopy, InventoryItem]]) -> list[tuple[MadeCopy, InventoryItem]]:
    """What newer copies are built on stays, by what the cloud says now."""
    for _made, row in old:
        sync.read_one(copy.cluster, copy.way.made.model, row.cloud_id)
        row.refresh_from_db()
    return [(made, row) for made, row in old if not copy.way.copies.needed(row)]


def _present(copy: Copy) -> list[tuple[MadeCopy, InventoryItem]]:
    """The schedule's usable copies of this resource, the newest first. Where a copy is gone, so is our note of it;
    one that lost its mark is not ours any more."""
    made, way = copy.made, copy.way
    notes = MadeCopy.objects.filter(
        schedule=made.schedule_id, cluster=made.cluster_id, source_id=made.source_id, copy_type=made.copy_type
    ).exclude(copy_id="")
    notes = list(notes.order_by("-asked_at", "-pk"))
    found = way.made.model.objects.filter(cluster=made.cluster_id, cloud_id__in=[note.copy_id for note in notes])
    rows = {row.cloud_id: row for row in found}
    pairs = []
    for note in notes:
        row = rows.get(note.copy_id)
        if row is not None and row.gone_at is not None:
            note.delete()
        elif row is not None and row.status == way.copies.usable and bears_mark(way, row, note):
            pairs.append((note, row))
    return pairs
