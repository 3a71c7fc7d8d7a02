"""Files to a cloud: sent once, for as long as parts get through."""

import time

import pytest

from clusters.gateway import TransferError
from clusters.gateway.files import LAST_SECONDS, _Parts
from clusters.gateway.transport import Trace, current


@pytest.fixture
def trace():
    running = Trace(global_request_id="req-1", deadline=time.monotonic() + 1)
    token = current.set(running)
    yield running
    current.reset(token)


def test_each_part_that_gets_through_moves_the_deadline_on(trace, settings):
    settings.CLOUD_CALL_SECONDS = 45
    parts = iter(_Parts([b"a", b"b"]))
    next(parts)
    assert 40 < trace.seconds_left <= 45
    trace.deadline = time.monotonic() + 1
    next(parts)
    assert 40 < trace.seconds_left <= 45 and trace.read_seconds is None
    assert list(parts) == []
    assert trace.seconds_left > 200 and trace.read_seconds == LAST_SECONDS, (
        "the cloud may take its time to put it away"
    )


def test_what_was_sent_halfway_is_not_sent_again_as_if_it_were_all():
    parts = _Parts([b"a", b"b"])
    next(iter(parts))
    with pytest.raises(TransferError):
        next(iter(parts))
