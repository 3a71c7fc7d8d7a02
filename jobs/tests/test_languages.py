"""Jobs are read in the language of whoever reads them, whoever started them."""

import pytest
from django.utils.translation import override

from clusters.access import OPERATE, VIEW
from jobs import bulk, lifecycle
from jobs.models import Job
from jobs.run import Lane, Run
from opsys.kit.declare import register
from tests.factories import make_server

SERVERS = register.get("compute.server")


@pytest.fixture
def job(client, cluster, make_user):
    user = make_user("olga", {cluster: [VIEW, OPERATE]})
    client.force_login(user)
    rows = [make_server(cluster, name=f"web-{number}", status="SHUTOFF") for number in range(2)]
    found = bulk.submit(SERVERS, SERVERS.action("stop"), [row.pk for row in rows], user=user, via="ui")
    Job.objects.filter(pk=found.pk).update(state=Job.State.FAILED)
    return found


def in_chinese(client, address) -> str:
    with override("en"):  # a request leaves its language behind
        return client.get(address, headers={"Accept-Language": "zh-hans"}).content.decode()


def test_the_title(client, job):
    assert job.title == "Stop 2 servers"
    page = in_chinese(client, "/jobs/")
    assert "Stop 2" not in page and "对 2 个实例执行“关机”" in page
    assert client.get(f"/api/v1/jobs/{job.pk}/").json()["title"] == "Stop 2 servers"


def test_what_is_tried_again_keeps_its_languages(job, make_user):
    with override("zh-hans"):
        again = lifecycle.retry_failed(job, user=job.user)
        assert again.heading == again.title != job.title
    assert again.heading == "Stop 2 servers"


def test_an_old_job_stays_as_it_was(client, job):
    Job.objects.filter(pk=job.pk).update(params={"resource": "compute.server"}, title="Stop 9 servers")
    assert "Stop 9 servers" in in_chinese(client, "/jobs/")


def test_the_reason_of_an_item(client, job):
    Job.objects.filter(pk=job.pk).update(state=Job.State.QUEUED)
    runner = Run(lifecycle.take(job.pk))
    item = job.items.select_related("cluster").first()
    runner._do(item, Lane(item.cluster_id))
    item.refresh_from_db()
    assert item.reason.isascii()
    page = in_chinese(client, f"/jobs/{job.pk}/")
    with override("zh-hans"):
        assert item.told != item.reason and item.told in page
