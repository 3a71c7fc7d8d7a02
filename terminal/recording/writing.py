"""Writes recordings while they happen. What the screen showed is in the file half a second later."""

import base64
import json
import os
import secrets
import threading
import time
import weakref
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from clusters.sentences import gettext as _
from terminal.errors import Ended
from terminal.models import Recording, Session
from terminal.recording.format import MAGIC, Event, Sealer
from terminal.websocket import codes

FLUSH_SECONDS = 0.5
FLUSH_BYTES = 256 * 1024
STALLED_SECONDS = 10


class Recorder:
    """The recording of one session. `output` and `resize` may be called by any thread; once a write failed they raise
    `Ended` (recording), and so does `begin` when it cannot be begun: no recording, no shell."""

    def __init__(self, row: Recording, path: Path, sealer: Sealer, descriptor: int) -> None:
        self.row, self.path = row, path
        self._sealer, self._descriptor = sealer, descriptor
        self._began = time.monotonic()
        self._lock = threading.Lock()
        self._pending: list[Event] = []
        self._pending_bytes = 0
        self._pending_since = 0.0
        self._writing_since = 0.0
        self._proved: tuple[int, str, int] = (0, "", 0)  # number of chunks, head, bytes
        self.bytes = 0
        self.problem: OSError | None = None

    @classmethod
    def begin(cls, session: Session, *, keep_days: int) -> "Recorder":
        key = secrets.token_bytes(32)
        now = timezone.now()
        relative = f"{now:%Y/%m/%d}/{session.pk}.rec"
        path = Path(settings.TERMINAL_RECORDINGS) / relative
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _cannot(error) from error
        row = Recording(session=session, path=relative, key=base64.b64encode(key).decode())
        row.keep_until = now + timedelta(days=keep_days)
        recorder = cls(row, path, Sealer(session.pk, key), descriptor)
        with ExitStack() as undo:
            undo.callback(path.unlink, missing_ok=True)
            undo.callback(os.close, descriptor)
            try:
                recorder._write(MAGIC)
            except OSError as error:
                raise _cannot(error) from error
            head = {"width": session.columns, "height": session.rows, "timestamp": int(now.timestamp())}
            recorder._add("h", json.dumps(head).encode())
            recorder.flush()
            recorder.check()
            row.save()
            undo.pop_all()
        _flusher.join(recorder)
        return recorder

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    def output(self, data: bytes) -> None:
        self.check()
        self._add("o", data)
        if self._pending_bytes >= FLUSH_BYTES:
            # By the thread that reads from the host: a slow disk slows what it reads, and nothing piles up.
            self.flush()

    def resize(self, columns: int, rows: int) -> None:
        self.check()
        self._add("r", f"{columns}x{rows}".encode())

    def check(self) -> None:
        if self.problem is not None:
            raise _cannot(self.problem)

    @property
    def stalled(self) -> bool:
        """The disk has not taken anything for a while."""
        since = self._writing_since or (self._pending_since if self._pending else 0.0)
        return bool(since) and time.monotonic() - since > STALLED_SECONDS

    def flush(self) -> None:
        """Have what is pending written. A failure is kept in `problem`."""
        with self._lock:
            if self.problem is not None or not self._pending or self._descriptor < 0:
                return
            events, self._pending, self._pending_bytes = self._pending, [], 0
            self._writing_since = time.monotonic()
            try:
                self._write(self._sealer.seal(events))
            except OSError as error:
                self.problem = error
            finally:
                self._proved = self._sealer.number, self._sealer.head.hex(), self.bytes
                self._writing_since = 0.0

    def end(self, state: str) -> None:
        """Write the rest and close. The row holds what proves the file whole."""
        self.flush()
        _flusher.leave(self)
        with self._lock:
            if self._descriptor < 0:
                return
            try:
                os.fsync(self._descriptor)
            except OSError as error:
                self.problem = self.problem or error
            os.close(self._descriptor)
            self._descriptor = -1
        self.row.state = Recording.State.FAILED if self.problem else state
        self.row.ended_at = timezone.now()
        self.note()
        self.row.save(update_fields=["state", "ended_at"])

    def note(self) -> None:
        """Keep in the row how far the file is, so that a shortened one is found out. Without the lock: a disk that
        hangs holds it, and who notes looks after all sessions."""
        row = self.row
        row.chunks, row.head, row.bytes = self._proved
        row.seconds = self.seconds
        Recording.objects.filter(pk=row.pk).update(
            chunks=row.chunks, head=row.head, bytes=row.bytes, seconds=row.seconds
        )

    def _add(self, kind: str, data: bytes) -> None:
        with self._lock:
            if not self._pending:
                self._pending_since = time.monotonic()
            self._pending.append((self.seconds, kind, data))
            self._pending_bytes += len(data)

    def _write(self, data: bytes) -> None:
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError:
            # Half a chunk at the end is not one; what was written before it stays.
            with suppress(OSError):
                os.truncate(self.path, self.bytes)
            raise
        self.bytes += len(data)


class _Flusher:
    """One thread for all recordings of the process; it ends when there are none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._recorders: weakref.WeakSet[Recorder] = weakref.WeakSet()
        self._thread: threading.Thread | None = None

    def join(self, recorder: Recorder) -> None:
        with self._lock:
            self._recorders.add(recorder)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="terminal-recordings", daemon=True)
                self._thread.start()

    def leave(self, recorder: Recorder) -> None:
        with self._lock:
            self._recorders.discard(recorder)

    def _run(self) -> None:
        while True:
            time.sleep(FLUSH_SECONDS)
            with self._lock:
                recorders = list(self._recorders)
                if not recorders:
                    self._thread = None
                    return
            for recorder in recorders:
                recorder.flush()


_flusher = _Flusher()


def _cannot(error: OSError) -> Ended:
    sentence = _("The session cannot be recorded (%(problem)s), so it was ended. Tell a platform admin.")
    problem = os.strerror(error.errno) if error.errno else type(error).__name__
    return Ended(sentence % {"problem": problem}, cause="recording", code=codes.RECORDING)
