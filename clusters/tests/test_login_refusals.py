"""A wrong password is not tried again and again: the whole cluster rests, longer each time, until it changes."""

import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from django.utils import timezone

from clusters import gateway, health, inventory, login_refusals, sync
from clusters.gateway import CloudError
from clusters.login_refusals import PAUSES, LoginRefusal
from clusters.models import Cluster, Credential, SyncState
from tests.platform import PATIENCE_SECONDS
from tests.wire import as_json


@pytest.fixture
def cluster(db, cloud):
    cluster = Cluster.objects.create(name="east", auth_url=cloud.auth_url)
    Credential.objects.create(cluster=cluster, username="admin", secret="wrong", project_name="admin")
    return cluster


def log_ins(cloud):
    return len([path for method, path, _headers, _body in cloud.seen if (method, path) == ("POST", "/v3/auth/tokens")])


def call(cluster):
    with pytest.raises(CloudError) as error, gateway.call(cluster):
        pass
    assert error.value.code == "authentication"
    return error.value


def test_one_pass_over_all_types_logs_in_once(cloud, cluster):
    for model in inventory.SOURCES:
        with pytest.raises(CloudError) as error:
            sync.sync(cluster, model)
        assert error.value.until > timezone.now()
    assert log_ins(cloud) == 1
    states = SyncState.objects.filter(cluster=cluster)
    assert states.count() == len(inventory.SOURCES)
    assert all(state.retry_at and state.error_code == "authentication" for state in states)


def test_also_those_that_come_at_the_same_time(cloud, cluster, transactional_db):
    told = []

    def ask():
        try:
            with gateway.call(cluster):
                told.append("let in")
        except CloudError as error:
            told.append(error.code)

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_SECONDS)
    assert told == ["authentication"] * 6
    assert log_ins(cloud) == 1


def test_also_those_whose_token_ends_when_the_password_was_changed(cloud, cluster, transactional_db):
    Credential.objects.update(secret="right")
    with gateway.call(cluster):
        pass
    cloud.password = "another"
    cloud.answers["GET /compute/v2.1/servers/x"] = as_json(401, {"error": {"code": 401, "message": "expired"}})
    told = []

    def ask():
        try:
            with gateway.call(cluster) as call:
                gateway.one(call.conn.compute, "/servers/x", "server")
        except CloudError as error:
            told.append((error.code, error.until is not None))

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_SECONDS)
    assert ("authentication", True) in told
    # Who comes while another one's token is being replaced is only told that the service refused the old one.
    assert len(told) == 6 and set(told) <= {("authentication", True), ("token_refused", False)}
    assert log_ins(cloud) == 2


def test_a_refusal_is_noted_before_anyone_else_may_log_in(cloud, cluster, transactional_db, monkeypatch):
    Credential.objects.update(secret="right")
    with gateway.call(cluster) as first:
        auth = first.conn.session.auth
    cloud.password = "another"
    invalidated, refused, tries = threading.Event(), threading.Event(), threading.Semaphore(0)

    def invalidate(invalidate=auth.invalidate):
        done = invalidate()
        invalidated.set()
        refused.wait(timeout=PATIENCE_SECONDS)
        return done

    def refuse(_handler):
        tries.release()
        return as_json(401, {"error": {"code": 401, "message": "no"}})

    def note_slowly(cluster, note=login_refusals.note):
        tries.acquire(timeout=PATIENCE_SECONDS)
        refused.set()
        tries.acquire(timeout=0.5)  # which the second one must not
        return note(cluster)

    ended = as_json(401, {"error": {"code": 401, "message": "expired"}})
    cloud.answers |= {"GET /compute/v2.1/servers/x": ended, "POST /v3/auth/tokens": refuse}
    monkeypatch.setattr(auth, "invalidate", invalidate)
    monkeypatch.setattr(login_refusals, "note", note_slowly)

    def ask():
        with suppress(CloudError), gateway.call(cluster) as call:
            gateway.one(call.conn.compute, "/servers/x", "server")

    with_a_token = threading.Thread(target=ask)
    with_a_token.start()
    assert invalidated.wait(timeout=PATIENCE_SECONDS)
    assert call(cluster).until
    with_a_token.join(timeout=PATIENCE_SECONDS)
    assert log_ins(cloud) == 2


def test_it_rests_longer_each_time(cloud, cluster):
    pauses = []
    for _number in range(len(PAUSES) + 1):
        pauses.append(call(cluster).seconds_to_wait)
        LoginRefusal.objects.update(until=timezone.now())
    assert pauses == pytest.approx([*PAUSES, PAUSES[-1]], abs=5)


def test_a_changed_credential_is_tried_at_once(cloud, cluster):
    state = sync.state_of(cluster, next(iter(inventory.SOURCES)))
    call(cluster)
    SyncState.objects.update(retry_at=timezone.now() + timedelta(hours=1), failed_at=timezone.now(), failures=3)
    credential = cluster.credential
    credential.secret = "right"
    credential.save()
    state.refresh_from_db()
    assert state.retry_at is None and state.failed_at is None, "and so are its readings"
    with gateway.call(cluster):
        pass
    assert not LoginRefusal.objects.exists()


def test_another_wrong_one_begins_anew(cloud, cluster):
    call(cluster)
    cluster.credential.save()
    assert call(cluster).seconds_to_wait == pytest.approx(PAUSES[0], abs=5)
    assert log_ins(cloud) == 2


def test_who_asks_for_a_test_gets_one(cloud, cluster):
    call(cluster)
    assert health.examine(cluster).code == "authentication"
    assert log_ins(cloud) == 2
    assert login_refusals.resting_until(cluster) > timezone.now() + timedelta(seconds=PAUSES[0])


def test_a_form_may_try_another_credential_meanwhile(cloud, cluster):
    call(cluster)
    other = Credential(cluster=cluster, username="admin", secret="right", project_name="admin")
    with gateway.call(cluster, credential=other):
        pass
    assert login_refusals.resting_until(cluster), "which says nothing of the stored one"


def test_a_cloud_that_fails_otherwise_is_no_refusal(cloud, cluster):
    cloud.answers["POST /v3/auth/tokens"] = (500, {}, b"")
    with pytest.raises(CloudError), gateway.call(cluster):
        pass
    assert not LoginRefusal.objects.exists()
