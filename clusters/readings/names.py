"""More changed within one second than a delta can tell apart, and what changes again within it looks like all the
rest. A list of ids and names costs the cloud a tenth of its rows, so these are read before the complete pass goes on.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from clusters import inventory
from clusters.gateway import Call, Page
from clusters.models import SyncState
from clusters.readings.positions import MOST_ROWS, Position
from clusters.readings.prefetch import Answer, Question
from clusters.readings.work import Work

# What is committed a little after the moment it bears is to be in the list.
SETTLED = timedelta(seconds=2)


def question(work: Work, call: Call, position: Position) -> Question | None:
    """For the next page of them, if there is one and the second is over."""
    second = parse_datetime(position.names_since)
    if second is None or work.source.names is None or call.cloud_time(timezone.now()) < second + SETTLED:
        return None
    return Question(work.source.names(second), position.names_markers, MOST_ROWS, of_names=True)


def go_on(position: Position, page: Page) -> None:
    """After this page of them."""
    position.pages += 1
    position.names_markers = page.markers
    if not page.markers:
        position.names_since = ""


def store(work: Work, position: Position, answer: Answer) -> None:
    told = {str(item.get("id")): str(item["name"]) for item in answer.page.items if item.get("name")}
    with work.writing(position=position.dump()):
        changes = inventory.rename(work.model, work.cluster, told, seen_at=answer.asked_at)
        if changes:
            SyncState.objects.filter(pk=work.state.pk).update(changed_at=timezone.now())
    work.changes.add(changes)
