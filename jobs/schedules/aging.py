"""Which of a schedule's snapshots of a server have had their time, and their end."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from clusters.inventory import InventoryItem
from clusters.sentences import gettext as _
from clusters.sentences import ngettext
from jobs.models import Job, MadeSnapshot
from opsys.kit.act.perform import perform
from opsys.kit.declare import register
from opsys.kit.declare.action import Action, Outcome, Status
from opsys.kit.declare.resource import Resource

IMAGES = "compute.image"
MARK = "opsys_operation"
"""The image's property that holds the operation which made it."""


def images() -> Resource:
    return register.get(IMAGES)


def delete() -> Action | None:
    """None where there are no images, or they cannot be deleted."""
    known = {resource.name: resource for resource in register.resources()}
    return {action.name: action for action in known[IMAGES].actions}.get("delete") if IMAGES in known else None


def bears_mark(data: dict[str, Any], made: MadeSnapshot) -> bool:
    """Whether an image's `data` says that it is this snapshot, of this server: an image that was made of a server that
    was made of our image has the same mark, and another server."""
    properties = data.get("properties") or {}
    return properties.get(MARK) == str(made.operation) and properties.get("instance_uuid") == made.server_id


def clear(job: Job, newest: MadeSnapshot, outcome: Outcome) -> Outcome:
    """The outcome of the whole item: the new snapshot is there, now the old ones go that the rules keep no longer."""
    pairs = _present(newest)
    old = [(made, row) for made, row in _surplus(pairs, job.params) if made.pk != newest.pk]
    outcomes = perform(
        images(), delete(), [row.pk for _made, row in old], user=job.actor, via=job.via, client=job.client
    )
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
    said = ngettext("%(count)d older snapshot was deleted.", "%(count)d older snapshots were deleted.", gone)
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


def _present(newest: MadeSnapshot) -> list[tuple[MadeSnapshot, InventoryItem]]:
    """The schedule's usable snapshots of this server, the newest first. Where an image is gone, so is our note of it;
    one that lost its mark is not ours any more."""
    notes = MadeSnapshot.objects.filter(
        schedule=newest.schedule_id, cluster=newest.cluster_id, server_id=newest.server_id
    ).exclude(image_id="")
    notes = list(notes.order_by("-asked_at", "-pk"))
    found = images().model.objects.filter(cluster=newest.cluster_id, cloud_id__in=[note.image_id for note in notes])
    rows = {row.cloud_id: row for row in found}
    pairs = []
    for note in notes:
        row = rows.get(note.image_id)
        if row is not None and row.gone_at is not None:
            note.delete()
        elif row is not None and row.status == "active" and bears_mark(row.data, note):
            pairs.append((note, row))
    return pairs


def _surplus(pairs: list[tuple[MadeSnapshot, InventoryItem]], rules: dict[str, Any]) -> list:
    """What neither rule keeps: not among the newest `keep`, and not younger than `days`."""
    young = timezone.now() - timedelta(days=rules["days"]) if rules["days"] else None
    return [
        (made, row)
        for place, (made, row) in enumerate(pairs)
        if place >= (rules["keep"] or 0) and not (young and made.asked_at > young)
    ]
