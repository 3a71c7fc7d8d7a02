"""What nobody does any more: sessions whose process died are ended, recordings whose time is over are deleted."""

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from clusters.sentences import gettext as _
from terminal import events
from terminal.models import Recording, Session, Ticket
from terminal.recording import format, reading
from terminal.websocket import codes

SILENT_SECONDS = 15
"""A process that lives writes every second, and every 4 seconds at worst."""
TICKETS_HOURS = 24


def reap() -> dict[str, int]:
    """Safe to run at any time, by several at once. Returns what was done."""
    return {"sessions": _end_crashed(), "recordings": _delete_old(), "tickets": _forget_tickets()}


def _end_crashed() -> int:
    now = timezone.now()
    before = now - timedelta(seconds=SILENT_SECONDS)
    silent = Q(heartbeat_at__lt=before) | Q(heartbeat_at=None, started_at__lt=before)
    ended = 0
    for row in Session.objects.live().filter(silent).select_related("cluster", "user"):
        at = row.heartbeat_at or row.started_at
        facts = {"state": Session.State.CRASHED, "ended_at": at, "close_cause": "crashed", "close_code": codes.SSH}
        # Of several reapers one changes the row, and that one tells.
        if not Session.objects.filter(pk=row.pk, ended_at=None).filter(silent).update(**facts):
            continue
        ended += 1
        recording = Recording.objects.filter(session=row, state=Recording.State.RUNNING).first()
        if recording is not None:
            _finish(recording, at)
        params = {"cause": "crashed", "bytes_in": row.bytes_in, "bytes_out": row.bytes_out}
        reason = _("The process that held the session died.")
        events.note(
            "terminal.session.close",
            row,
            phase="failed",
            reason=reason,
            error_code="crashed",
            params=params,
            via="system",
        )
    return ended


def _finish(recording: Recording, at) -> None:
    """What is in the file is the recording; a chunk that was half-written is not."""
    path, count, head, seconds = reading.path_of(recording), 0, "", recording.seconds
    try:
        with path.open("rb") as file:
            for chunk in format.chunks(file):
                count, head = chunk.number + 1, chunk.head.hex()
        with path.open("rb") as file:
            for event in reading.raw(file, recording):
                seconds = event[0]
        state = Recording.State.CRASHED
    except (OSError, format.Broken):
        state = Recording.State.FAILED
    if count < recording.chunks:
        # Keep what the row knew: it proves that something is missing.
        count, head = recording.chunks, recording.head
    size = path.stat().st_size if path.exists() else 0
    Recording.objects.filter(pk=recording.pk).update(
        state=state, chunks=count, head=head, bytes=size, seconds=seconds, ended_at=at
    )


def _delete_old() -> int:
    deleted = 0
    over = Recording.objects.filter(keep_until__lt=timezone.now()).exclude(
        state__in=(Recording.State.DELETED, Recording.State.RUNNING)
    )
    for recording in over.select_related("session", "session__cluster"):
        reading.path_of(recording).unlink(missing_ok=True)
        # Without its key not even a copy of the file can be read.
        recording.state, recording.key = Recording.State.DELETED, ""
        recording.save(update_fields=["state", "key"])
        recording.session.commands.all().delete()
        events.note("terminal.recording.delete", recording.session, phase="done", reason="retention", via="system")
        deleted += 1
    return deleted


def _forget_tickets() -> int:
    before = timezone.now() - timedelta(hours=TICKETS_HOURS)
    return Ticket.objects.filter(expires_at__lt=before).delete()[0]
