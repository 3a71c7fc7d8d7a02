"""What was asked for twice with the same key is done once: the second is told what became of the first."""

import json
import time
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from audit.lookup import last_event_of
from audit.models import Event
from opsys.kit.declare.action import Outcome, Status
from opsys.kit.models import IdempotencyKey

KEPT = timedelta(days=1)
LONGEST_KEY = 200
# What takes longer than a call to a cloud may take has died.
SLACK_SECONDS, LOOK_SECONDS = 15, 0.2

Done = TypeVar("Done")

Result = Mapping[str, Any]
"""What is kept of an answer, as JSON. Never what is shown only once."""


class KeyReused(Exception):
    """The key came before with something else; the text is a sentence for people."""


@dataclass(frozen=True)
class Request:
    """Who asks for what with which key. Without a key each request is its own. A form's key stands for what it was
    sent with (`own_content`), so that a page that was gone back to and changed makes something else."""

    user: Any
    key: str = ""
    own_content: bool = False

    def entry(self, asked: Any) -> "tuple[IdempotencyKey, bool]":
        """The key's entry, and whether it is ours to work on."""
        digest = salted_hmac("idempotency", json.dumps(asked, sort_keys=True, default=str)).hexdigest()
        key = f"{self.key}:{digest[:40]}" if self.own_content else self.key
        rows = IdempotencyKey.objects.filter(user=self.user, key=key)
        rows.filter(begun_at__lt=timezone.now() - KEPT).delete()
        entry = None
        while entry is None:  # it may be gone again: the first one failed before it asked
            try:
                with transaction.atomic():
                    values = {"asked": digest, "operation": uuid4(), "begun_at": timezone.now()}
                    return IdempotencyKey.objects.create(user=self.user, key=key, **values), True
            except IntegrityError:
                entry = rows.first()
        if entry.asked != digest:
            raise KeyReused(_("This key was used for something else."))
        return entry, False


def once(
    request: Request,
    asked: Any,
    run: Callable[[UUID], Done],
    *,
    store: Callable[[Done], Result],
    load: Callable[[Result], Done],
    recall: Callable[[UUID], Done | None],
    together: bool = False,
    calls: int = 1,
) -> Done:
    """`run(operation)`, or what became of the first request of this key: `load` of what `store` kept. A second one
    waits for the first; where that died, `recall(operation)` tells what came of it, None if nothing was asked.
    `together`: it only writes to our database, in one transaction with its result. `calls` to clouds may be made one
    after the other before the first counts as dead. Raises `KeyReused`."""
    if not request.key:
        return run(uuid4())
    entry, mine = request.entry(asked)
    while not mine:
        found = IdempotencyKey.objects.filter(pk=entry.pk).first()
        if found is None:  # the first one failed before it asked
            entry, mine = request.entry(asked)
            continue
        entry = found
        if entry.result is not None:
            return load(entry.result)
        if not _dead(entry, calls):
            time.sleep(LOOK_SECONDS)
            continue
        done = recall(entry.operation)
        if done is not None:
            _keep(entry, store(done))
            return done
        mine = _take_over(entry)
    return _run(entry, run, store, recall, together=together)


def _run(
    entry: IdempotencyKey,
    run: Callable[[UUID], Done],
    store: Callable[[Done], Result],
    recall: Callable[[UUID], Done | None],
    *,
    together: bool,
) -> Done:
    finished = False
    try:
        with transaction.atomic() if together else nullcontext():
            done = run(entry.operation)
            _keep(entry, store(done))
        finished = True
        return done
    finally:
        # What failed before anything was asked may be asked for again.
        if not finished and recall(entry.operation) is None:
            entry.delete()


def _keep(entry: IdempotencyKey, result: Result) -> None:
    IdempotencyKey.objects.filter(pk=entry.pk).update(result=dict(result))


def _dead(entry: IdempotencyKey, calls: int) -> bool:
    lease = timedelta(seconds=calls * settings.CLOUD_CALL_SECONDS + SLACK_SECONDS)
    return timezone.now() - entry.begun_at > lease


def _take_over(entry: IdempotencyKey) -> bool:
    rows = IdempotencyKey.objects.filter(pk=entry.pk, begun_at=entry.begun_at, result__isnull=True)
    return bool(rows.update(begun_at=timezone.now()))


def outcome_of(operation: UUID, name: str, cluster: str) -> Outcome | None:
    """What the audit holds of an operation; None where it was never begun."""
    last = last_event_of(operation)
    if last is None:
        return None
    target: dict[str, Any] = {"name": last.name or name, "cloud_id": last.cloud_id, "cluster": cluster}
    if last.phase == Event.Phase.STARTED:
        reason = _(
            "It was begun at %(moment)s and the answer was lost. Look whether it came through before you ask again."
        ) % {"moment": f"{last.at:%Y-%m-%d %H:%M:%S} UTC"}
        return Outcome(Status.FAILED, code="lost", reason=reason, **target)
    said: dict[str, Any] = {"code": last.error_code, "reason": last.reason, "request_id": last.request_id}
    return Outcome(Status(last.phase), **said, **target)


def clear_keys() -> None:
    IdempotencyKey.objects.filter(begun_at__lt=timezone.now() - KEPT).delete()
