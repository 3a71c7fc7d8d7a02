"""The audit as people read it: one row an operation, actions as sentences, a page for each event."""

import uuid

import pytest
from django.utils.translation import override

from accounts.models import Grant
from audit.models import Event
from audit.wording import action_text
from clusters.sentences import gettext
from jobs.models import Job, JobItem

PAGE = "/audit/"


@pytest.fixture
def stop(make_user, cluster):
    """A stop of a job that failed, as two events; `ada` sees the cluster and started the job."""
    ada = make_user("ada")
    Grant.objects.create(user=ada, role="viewer", cluster=cluster)
    facts = {
        "operation": uuid.uuid4(),
        "user": ada,
        "username": "ada",
        "via": "ui",
        "action": "compute.server.stop",
        "resource": "compute.server",
        "cluster": cluster,
        "cluster_name": "east",
        "cloud_id": "id-1",
        "name": "web-1",
        "params": {"soft": True},
    }
    Event.objects.create(**facts, phase="started")
    job = Job.objects.create(kind="action", title="Stop 1 server", user=ada, username="ada", via="ui")
    JobItem.objects.create(job=job, position=0, cluster=cluster, target=1, operation=facts["operation"])
    return Event.objects.create(
        **facts, phase="failed", reason=gettext("Cluster %(cluster)s is disabled.") % {"cluster": "east"}, seconds=1.5
    )


@pytest.fixture
def ada(client, stop):
    client.force_login(stop.user)
    return client


def rows(client, query=""):
    events = Event.objects.filter(resource="compute.server").values_list("pk", flat=True)
    return [row.phase for row in client.get(f"{PAGE}?{query}").context["page"].rows if row.pk in events]


def test_what_was_begun_and_what_came_of_it_are_one_row(ada, stop):
    assert rows(ada) == ["failed"]
    assert rows(ada, "phase=started") == ["started"] and rows(ada, "phase=started&phase=failed") == [
        "failed",
        "started",
    ]
    Event._base_manager.filter(pk=stop.pk).delete()
    assert rows(ada) == ["started"]


def test_the_page_of_an_event_tells_all_of_it(ada, stop):
    page = ada.get(f"{PAGE}{stop.pk}/").content.decode()
    for part in (
        "Stop (server): web-1",
        '<a href="/compute/servers/east/id-1/">web-1</a>',
        f'<a href="/jobs/{Job.objects.get().pk}/">Stop 1 server</a>',
        "Cluster east is disabled.",
        ">started<",
        ">failed<",
        "&quot;soft&quot;: true",
    ):
        assert part in page
    assert f'href="{PAGE}{stop.pk}/"' in ada.get(PAGE).content.decode()


def test_who_may_not_see_it_finds_nothing(client, stop, make_user):
    client.force_login(make_user("eve"))
    assert client.get(f"{PAGE}{stop.pk}/").status_code == 404
    values = client.get(f"{PAGE}values/action/").context["values"]
    assert "compute.server.stop" not in [one.value for one in values]


def test_in_chinese(ada, stop):
    for address in (PAGE, f"{PAGE}{stop.pk}/"):
        with override("en"):
            page = ada.get(address, headers={"Accept-Language": "zh-hans"}).content.decode()
        assert "关机（实例）" in page and "集群 east 已停用。" in page


def test_the_actions_there_are_can_be_chosen(ada, stop):
    def offered(query=""):
        values = ada.get(f"{PAGE}values/action/?{query}").context["values"]
        return [(one.value, one.label, one.count) for one in values]

    assert ("compute.server.stop", "Stop (server)", 2) in offered()
    assert offered("find=STOP") == [("compute.server.stop", "Stop (server)", 2)]
    assert rows(ada, "action=compute.server.stop&action=auth.login") == ["failed"]


@pytest.mark.parametrize(
    ("action", "text"),
    [
        ("compute.server.stop", "Stop (server)"),
        ("auth.login", "Log in"),
        ("clusters.credential.add", "Add: credential"),
        ("compute.server.export", "Export a list: server"),
        ("terminal.session.open", "Open a terminal"),
        ("of.another.release", "of.another.release"),
        ("nothing", "nothing"),
    ],
)
def test_actions_are_said_in_words(action, text):
    with override("en"):
        assert action_text(action) == text


def test_the_page_of_a_resource_has_one_line_an_operation(ada, stop, server):
    Event._base_manager.update(cloud_id=server.cloud_id)
    events = ada.get(f"/compute/servers/east/{server.cloud_id}/").context["events"]
    assert [(event.phase, str(event.action_label)) for event in events] == [("failed", "Stop")]
