import pytest

from clusters.access import ADMINISTER, OPERATE, PROVISION, VIEW
from clusters.models import Credential
from compute.hypervisors.models import Hypervisor
from jobs import lifecycle
from jobs.emptying import kind
from jobs.tests.emptying.nova import NOVA, SEEN, Nova
from tests.factories import make_server
from tests.wire import as_json, serving

ROOM = {"vcpus_total": 64, "memory_total": 65536}


@pytest.fixture
def nova(cluster, monkeypatch):
    monkeypatch.setattr(kind, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(lifecycle, "dispatch", lambda job_id: None)
    cloud = Nova()
    service = {"id": "s1", "binary": "nova-compute", "host": "cmp-1"}
    cloud.answers[f"GET {NOVA}/os-hypervisors/h1"] = as_json(
        200, {"hypervisor": {"id": "h1", "hypervisor_hostname": "cmp-1", "service": service, "status": "disabled"}}
    )
    cloud.answers[f"GET {NOVA}/os-services"] = as_json(200, {"services": [service]})
    cloud.answers[f"GET {NOVA}/os-aggregates"] = as_json(200, {"aggregates": []})
    cloud.answers[f"PUT {NOVA}/os-services/s1"] = as_json(200, {"service": service})
    with serving(cloud):
        cluster.auth_url = cloud.auth_url
        cluster.save()
        Credential.objects.update(secret="right")
        Credential.objects.get().save()
        yield cloud


@pytest.fixture
def host(cluster):
    Hypervisor.objects.create(
        cluster=cluster, cloud_id="h2", name="cmp-2", host="cmp-2", status="enabled", state="up", **ROOM, **SEEN
    )
    return Hypervisor.objects.create(
        cluster=cluster, cloud_id="h1", name="cmp-1", host="cmp-1", status="enabled", state="up", **SEEN
    )


@pytest.fixture
def ada(client, cluster, make_user):
    user = make_user("ada", {cluster: [VIEW, OPERATE, PROVISION, ADMINISTER]})
    client.force_login(user)
    return user


@pytest.fixture
def place(cluster, nova):
    """place("web", "ACTIVE") → a server on the host, here and in the cloud."""

    def put(name, status="ACTIVE", **fields):
        nova.servers[name] = {
            "id": name,
            "name": name,
            "status": status,
            "OS-EXT-SRV-ATTR:host": "cmp-1",
            "locked": fields.get("locked", False),
        }
        return make_server(cluster, name=name, cloud_id=name, status=status, host="cmp-1", **fields)

    return put
