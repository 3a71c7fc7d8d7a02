"""The receivers of what `perform()` tells."""

import pytest
from django.db import DatabaseError

from audit.models import Event
from opsys.kit import signals
from opsys.kit.declare.action import Operation, Outcome, Status


@pytest.fixture
def operation(make_user, make_cluster) -> Operation:
    return Operation(
        user=make_user(),
        via="api",
        client="192.0.2.7",
        resource="compute.server",
        action="rebuild",
        label="Rebuild",
        cluster=make_cluster("north"),
        cloud_id="5f0c",
        name="web-1",
        params={"image": "debian", "admin_pass": "s3cret"},
    )


def test_start_and_outcome_are_tied_together(operation):
    signals.started.send(sender=Operation, operation=operation)
    outcome = Outcome(
        Status.FAILED,
        name="web-1",
        reason="No valid host.",
        code="conflict",
        request_id="req-1",
        global_request_id="req-2",
        seconds=1.25,
    )
    signals.finished.send(sender=Operation, operation=operation, outcome=outcome)
    started, failed = Event.objects.filter(resource="compute.server").order_by("pk")
    assert started.operation == failed.operation == operation.id
    assert (started.phase, failed.phase) == ("started", "failed")
    for event in (started, failed):
        assert (event.user, event.username, event.via, event.client) == (operation.user, "ada", "api", "192.0.2.7")
        assert (event.action, event.name, event.cloud_id) == ("compute.server.rebuild", "web-1", "5f0c")
        assert (event.cluster, event.cluster_name) == (operation.cluster, "north")
        assert event.params == {"image": "debian", "admin_pass": "[hidden]"}
    assert (failed.reason, failed.error_code, failed.request_id) == ("No valid host.", "conflict", "req-1")
    assert (failed.global_request_id, failed.seconds) == ("req-2", 1.25)


def test_a_refusal_stands_alone(operation):
    outcome = Outcome(Status.REFUSED, name="web-1", reason="It is locked.", code="state")
    signals.finished.send(sender=Operation, operation=operation, outcome=outcome)
    event = Event.objects.get(resource="compute.server")
    assert (event.phase, event.reason) == ("refused", "It is locked.")


def test_a_start_that_cannot_be_written_is_an_error_of_the_sender(operation, monkeypatch):
    def full(*args, **kwargs):
        raise DatabaseError("disk full")

    monkeypatch.setattr(Event, "save", full)
    with pytest.raises(DatabaseError):
        signals.started.send(sender=Operation, operation=operation)
