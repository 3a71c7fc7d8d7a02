"""What a reading met is told in the same words at every door: who failed, and until when we wait."""

import json
from datetime import datetime

import pytest
from django.core.management import call_command
from django.utils import timezone

from clusters import sync
from clusters.gateway import CloudError
from clusters.models import SyncState
from compute.servers.models import Server
from tests.wire import as_json, web_page

SERVERS = "GET /compute/v2.1/servers/detail"
REFUSED = as_json(401, {"error": {"code": 401, "message": "The request you have made requires authentication."}})
TOLD_TO_WAIT = as_json(429, {}, **{"Retry-After": "1800"})

CASES = {
    "told to wait": (SERVERS, TOLD_TO_WAIT, "The service compute of cluster east asks for a slower pace", True),
    "a token that is refused": (SERVERS, REFUSED, "but the service compute refused", False),
    "a service that fails": (
        SERVERS,
        as_json(500, {}),
        "The service compute of cluster east failed internally",
        False,
    ),
    "the page of a proxy": (SERVERS, web_page(), "The service compute of cluster east sent an answer that", False),
    "a wrong password": ("POST /v3/auth/tokens", REFUSED, "Cluster east refused the credential", True),
}


@pytest.fixture
def east(cluster, cloud):
    cluster.auth_url = cloud.auth_url
    cluster.save()
    cluster.credential.secret = "right"
    cluster.credential.save()
    return cluster


@pytest.mark.parametrize("case", CASES)
def test_every_door(case, east, cloud, client, platform_admin, capsys):
    path, answer, said, waits = CASES[case]
    cloud.answers[path] = answer
    with pytest.raises(CloudError):
        sync.sync(east, Server)
    assert bool(SyncState.objects.get(resource="compute.server").retry_at) is waits
    client.force_login(platform_admin)
    admin = f"/admin/clusters/cluster/{east.pk}/change/"
    pages = {page: client.get(page).content.decode() for page in ("/compute/servers/", "/clusters/", admin)}
    for page, body in pages.items():
        assert said in body, page
        assert ("sked again" in body) is waits, page
    listed = client.get("/api/v1/compute/servers/").json()["clusters"][0]
    (known,) = client.get("/api/v1/clusters/east/").json()["types"]
    for entry in (listed, known):
        assert said in entry["reason"] and (entry["state"], bool(entry["retry_at"])) == ("error", waits)
    call_command("ops", "compute.server", "list", user="root")
    assert said in (printed := capsys.readouterr().err) and ("asked again at" in printed) is waits
    call_command("list_clusters", as_json=True)
    (facts,) = json.loads(capsys.readouterr().out)
    assert said in facts["error"] and ("asked again at" in facts["error"]) is waits
    assert (datetime.fromisoformat(facts["asked_again_at"]) > timezone.now()) if waits else not facts["asked_again_at"]
