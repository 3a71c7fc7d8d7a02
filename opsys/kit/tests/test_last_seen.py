"""When a resource was last seen, as its page says it."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from tests.factories import make_state


@pytest.fixture
def written_at(server):
    server.synced_at = timezone.now().replace(microsecond=0) - timedelta(hours=1)
    server.save()
    return server.synced_at


def seen_at(client, server):
    content = client.get(f"/compute/servers/east/{server.cloud_id}/").content.decode()
    return parse_datetime(re.search(r'<span>Seen <time class="ago" datetime="([^"]+)"', content)[1])


@pytest.mark.parametrize("kind", ["full_at", "index_at", "synced_at"])
def test_a_pass_that_found_it_unchanged_has_seen_it(as_viewer, server, written_at, kind):
    now = timezone.now().replace(microsecond=0)
    make_state(server.cluster, **{kind: now})
    assert seen_at(as_viewer, server) == now


def test_a_row_that_was_written_after_the_last_pass(as_viewer, server, written_at):
    make_state(server.cluster, full_at=written_at - timedelta(hours=1))
    assert seen_at(as_viewer, server) == written_at


def test_what_is_gone_was_not_seen_by_later_passes(as_viewer, server, written_at):
    server.gone_at = written_at
    server.save()
    make_state(server.cluster, full_at=timezone.now())
    assert seen_at(as_viewer, server) == written_at
