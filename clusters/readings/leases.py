"""Who reads a (cluster, type) holds its lease, so no two do at once. A lease lapses when its worker died; a worker
that was only slow finds that its token is no longer the valid one, and writes nothing."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from clusters.models import SyncState

# No request may take longer than its deadline, and each page prolongs the lease.
MORE_THAN_A_REQUEST = 15


class LeaseLost(Exception):
    """Another worker reads this (cluster, type) now."""


def claim(state: SyncState) -> str:
    """Take the lease of one (cluster, type). Returns its token, "" while another pass holds it."""
    now, token = timezone.now(), secrets.token_hex(8)
    free = Q(running_until=None) | Q(running_until__lt=now)
    taken = SyncState.objects.filter(free, pk=state.pk).update(running_until=_end(now), lease=token)
    return token if taken else ""


def seize(state: SyncState) -> str:
    """The same from whoever holds it: they find out before they write again."""
    token = secrets.token_hex(8)
    SyncState.objects.filter(pk=state.pk).update(running_until=_end(timezone.now()), lease=token)
    return token


def write(state: SyncState, token: str, **values: Any) -> None:
    """These values of the state, only as the holder of the lease, which this prolongs. Raises `LeaseLost`."""
    _write(state, token, values)
    set_values(state, values)


@contextmanager
def writing(state: SyncState, token: str, **values: Any) -> Iterator[None]:
    """What is written in the block is written together with `values` of the state, and only by the holder of the
    lease, which it prolongs: the state's row is locked until all of it is committed. Raises `LeaseLost`."""
    with transaction.atomic():
        _write(state, token, values)
        yield
    set_values(state, values)


def _write(state: SyncState, token: str, values: Mapping[str, Any]) -> None:
    held = SyncState.objects.filter(pk=state.pk, lease=token)
    if not held.update(running_until=_end(timezone.now()), **values):
        raise LeaseLost


def set_values(state: SyncState, values: Mapping[str, Any]) -> None:
    """Of this object, as they are written, or will be."""
    for name, value in values.items():
        setattr(state, name, value)


def release(state: SyncState, token: str, **values: Any) -> bool:
    """Note this, and leave the rest to whoever comes next. False if somebody already did."""
    return bool(SyncState.objects.filter(pk=state.pk, lease=token).update(running_until=None, **values))


def _end(now: datetime) -> datetime:
    return now + timedelta(seconds=lease_seconds())


def lease_seconds() -> float:
    """After so long without a sign a worker counts as dead."""
    return settings.CLOUD_CALL_SECONDS + MORE_THAN_A_REQUEST
