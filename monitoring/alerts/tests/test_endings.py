"""When certificates and credentials of clusters end: looked up on the wire, and told in time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from clusters.gateway.call import _connections
from clusters.models import Cluster, Credential
from monitoring.alerts.endings import look_up
from monitoring.alerts.evaluation import evaluate
from monitoring.alerts.models import Alert, Ending
from tests.wire import FakeCloud, as_json, self_signed, serving


@pytest.fixture(autouse=True)
def no_pooled_connections():
    _connections.clear()
    yield
    _connections.clear()


def registered(cloud, kind="password", **fields) -> Cluster:
    cluster = Cluster.objects.create(name="north", auth_url=cloud.auth_url, verify_tls=False)
    values = {"username": "admin", "secret": "right", "project_name": "admin", **fields}
    Credential.objects.create(cluster=cluster, kind=kind, **values)
    return cluster


def found() -> dict[str, timedelta | None]:
    now = timezone.now()
    return {one.what: one.ends_at and one.ends_at - now for one in Ending.objects.all()}


def user_answers(cloud, expires) -> None:
    body = {"user": {"id": "u1", "name": "admin", "password_expires_at": expires}}
    cloud.answers["GET /v3/users/u1"] = as_json(200, body)


def test_a_certificate_and_a_password(tmp_path, make_rule):
    make_rule("certificate-ending")
    make_rule("credential-ending", threshold=3)
    with serving(FakeCloud(), certificate=self_signed(tmp_path / "cert.pem", days=10)) as cloud:
        user_answers(cloud, (timezone.now() + timedelta(days=5)).isoformat())
        look_up(registered(cloud))
    ends = found()
    assert timedelta(days=9) < ends["certificate"] <= timedelta(days=10)
    assert timedelta(days=4.9) < ends["credential"] <= timedelta(days=5)
    evaluate()
    assert [alert.rule.kind for alert in Alert.objects.all()] == ["certificate-ending"]


def test_a_password_that_never_ends_and_plain_http(cloud):
    user_answers(cloud, None)
    look_up(registered(cloud))
    assert found() == {"credential": None}


def test_a_token_ends_and_cannot_be_renewed(cloud):
    look_up(registered(cloud, "token", username=""))
    assert timedelta(minutes=58) < found()["credential"] <= timedelta(hours=1)


def test_where_nothing_can_be_had_what_is_known_stays(cluster):
    known = Ending.objects.create(
        cluster=cluster, what="certificate", ends_at=timezone.now() + timedelta(days=1), checked_at=timezone.now()
    )
    look_up(cluster)
    assert Ending.objects.get().ends_at == known.ends_at


@pytest.fixture
def cloud():
    with serving(FakeCloud()) as running:
        yield running
