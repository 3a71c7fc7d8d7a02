"""More changed within one second than a delta can tell apart, and what changes again within it looks like all the
rest. A list of ids and names costs the cloud a tenth of its rows, so these are read before the complete pass goes on.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from clusters import gateway, inventory
from clusters.gateway import Call
from clusters.models import SyncState
from clusters.positions import MOST_ROWS, Position
from clusters.work import Work

# What is committed a little after the moment it bears is to be in the list.
SETTLED = timedelta(seconds=2)


def read(work: Work, call: Call, position: Position) -> bool:
    """The next page of them, if there is one and the second is over. Whether there was."""
    second, asked_at = parse_datetime(position.names_since), timezone.now()
    if second is None or work.source.names is None or call.cloud_time(asked_at) < second + SETTLED:
        return False
    listing = work.source.names(second)
    page = gateway.read_page(call.conn, listing, markers=position.names_markers, limit=MOST_ROWS)
    position.pages += 1
    position.names_markers = page.markers
    if not page.markers:
        position.names_since = ""
    told = {str(item.get("id")): str(item["name"]) for item in page.items if item.get("name")}
    with work.writing(position=position.dump()):
        changes = inventory.rename(work.model, work.cluster, told, seen_at=asked_at)
        if changes:
            SyncState.objects.filter(pk=work.state.pk).update(changed_at=timezone.now())
    work.changes.add(changes)
    return True
