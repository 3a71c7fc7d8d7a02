"""Credentials that may do little, of a real Keystone: each type is read as far as it may be, or says which role lacks.
Read through the command line, the pages, REST and Django admin."""

import json

import pytest
from django.core.management import call_command

from clusters.inventory import SOURCES, model_named, type_name
from clusters.models import Cluster, SyncState
from clusters.not_allowed import CODE
from opsys.kit.declare import register
from tests.openstack_cli import OpenStackCli

pytestmark = [pytest.mark.lab, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PASSWORD = "little-credential"
PROJECT, DOMAIN, SYSTEM = "PROJECT_ID={project}", "DOMAIN_ID={domain}", "SYSTEM_SCOPE=all"
ADMINISTRATORS = {
    *("compute.hypervisor", "compute.service", "compute.aggregate", "identity.user", "networking.networkagent"),
    *("storage.qosspec", "storage.volumeservice", "storage.pool"),
}
NETWORKING = {type_name(model) for model, source in SOURCES.items() if source.service == "network"}
COMPUTE = {type_name(model) for model, source in SOURCES.items() if source.service == "compute"}
STORAGE = {type_name(model) for model, source in SOURCES.items() if source.service == "block-storage"}
WITHOUT_PROJECT = {*NETWORKING, *COMPUTE, "compute.image"} - {"compute.flavor"}
REFUSED = {
    ("member", PROJECT): ADMINISTRATORS,
    ("reader", PROJECT): ADMINISTRATORS,
    ("domain-admin", DOMAIN): WITHOUT_PROJECT,
    ("system-reader", SYSTEM): {*WITHOUT_PROJECT, *STORAGE, "identity.quota"},
}
"""Which types Keystone's, Nova's, Neutron's, Cinder's and Glance's own policies keep from whom."""
LACKS_ROLE = {
    "member": "it has member, reader, and this takes the role admin",
    "reader": "it has reader, and this takes the role admin",
}
LACKS_PROJECT = "it is for a domain or the system, and this takes a project"


@pytest.fixture(scope="module")
def people(lab):
    """Users with one role each: on the project sandbox, on a domain, on the system."""
    conn = OpenStackCli(lab.layout.clouds_yaml, "east").connection
    project = conn.identity.find_project("sandbox")
    roles = {name: conn.identity.find_role(name) for name in ("member", "reader", "admin")}
    domain = conn.identity.create_domain(name="little-credentials")
    made = {}
    for name in ("member", "reader", "domain-admin", "system-reader"):
        made[name] = conn.identity.create_user(name=f"little-{name}", password=PASSWORD, domain_id=domain.id)
    for name in ("member", "reader"):
        conn.identity.assign_project_role_to_user(project, made[name], roles[name])
    conn.identity.assign_domain_role_to_user(domain, made["domain-admin"], roles["admin"])
    conn.identity.assign_system_role_to_user(made["system-reader"], roles["reader"], "all")
    yield {"project": project.id, "domain": domain.id, **{name: user.id for name, user in made.items()}}
    for user in made.values():
        conn.identity.delete_user(user)
    conn.identity.update_domain(domain, is_enabled=False)
    conn.identity.delete_domain(domain)


@pytest.fixture(params=REFUSED, ids=lambda params: params[0])
def read(request, lab, people, tmp_path, capsys):
    """(who, the types that may not be read, what sync-cluster printed), once added and read with this credential."""
    who, scope = request.param
    name, value = scope.format(**people).split("=")
    said = {"AUTH_URL": lab.cloud("east").auth_url, "USER_ID": people[who], "PASSWORD": PASSWORD, name: value}
    file = tmp_path / "openrc"
    file.write_text("".join(f'export OS_{name}="{value}"\n' for name, value in said.items()))
    call_command("add_cluster", "little", "--from-openrc", str(file))
    capsys.readouterr()
    call_command("sync_cluster", "little")  # exits with 1 where something failed
    return who, REFUSED[request.param], capsys.readouterr()


def test_what_may_be_seen_is_seen_and_what_may_not_is_told_at_every_door(read, people, client, platform_admin, capsys):
    who, refused, printed = read
    found = dict(SyncState.objects.values_list("resource", "error_code"))
    assert {name for name, code in found.items() if code} == refused
    assert set(found.values()) == {"", CODE}
    lacks = LACKS_ROLE.get(who, LACKS_PROJECT)
    assert printed.err == "" and printed.out.count(lacks) == len(refused)

    if who in LACKS_ROLE:
        for name in ("compute.server", "storage.volume", "networking.port", "identity.quota"):
            assert {row.project_id for row in model_named(name).objects.present()} == {people["project"]}, name
        assert [row.cloud_id for row in model_named("identity.project").objects.present()] == [people["project"]]
    else:
        assert {row.name for row in model_named("identity.user").objects.present()} >= {f"little-{who}"}

    client.force_login(platform_admin)
    for resource in register.resources():
        page = client.get(resource.url())
        body = page.content.decode()
        assert page.status_code == 200 and "chip-error" not in body, resource.name
        assert (lacks in body) == (resource.name in refused), resource.name
    page = client.get("/clusters/").content.decode()
    assert page.count(lacks) == len(refused) and "chip-error" not in page
    (entry,) = client.get("/api/v1/clusters/").json()["results"]
    assert {one["type"] for one in entry["types"] if one["state"] == "refused"} == refused
    assert not any(one["state"] == "error" for one in entry["types"]) and entry["state"] == "ok"
    overview = client.get(f"/admin/clusters/cluster/{Cluster.objects.get().pk}/change/").content.decode()
    assert overview.count(lacks) == len(refused)
    call_command("list_clusters", as_json=True)
    (listed,) = json.loads(capsys.readouterr().out)
    assert (listed["error"], set(listed["not_allowed"])) == ("", refused)
    call_command("list_clusters")
    assert f"not allowed: {', '.join(sorted(refused))}" in capsys.readouterr().out
