"""Credentials that may do little, of a real Keystone: each type is read as far as it may be, or says why not."""

import pytest
from django.core.management import call_command

from clusters import inventory
from clusters.models import Cluster, SyncState
from clusters.not_allowed import CODE
from opsys.kit.lists.freshness import freshness
from tests.openstack_cli import OpenStackCli

pytestmark = [pytest.mark.lab, pytest.mark.slow]
PASSWORD = "little-credential"
OF_PROJECTS = {
    *("compute.server", "compute.flavor", "compute.image", "compute.keypair", "compute.servergroup"),
    *("storage.volume", "storage.snapshot", "networking.network", "networking.port", "networking.router"),
}
OF_ADMINISTRATORS = {"compute.hypervisor", "compute.service", "compute.aggregate", "storage.service"}


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


def read(lab, people, tmp_path, who: str, scope: str) -> dict[str, str]:
    """What became of each type's reading: "" or the error's code."""
    file = tmp_path / "openrc"
    said = {"AUTH_URL": lab.cloud("east").auth_url, "USER_ID": people[who], "PASSWORD": PASSWORD}
    said |= {"IDENTITY_API_VERSION": "3", **dict([scope.format(**people).split("=")])}
    file.write_text("".join(f'export OS_{name}="{value}"\n' for name, value in said.items()))
    call_command("add_cluster", "little", "--from-openrc", str(file))
    call_command("sync_cluster", "little")  # exits with 1 where something else than a missing role stands in the way
    return dict(SyncState.objects.values_list("resource", "error_code"))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("who", ["member", "reader"])
def test_of_a_project(lab, people, tmp_path, who):
    found = read(lab, people, tmp_path, who, "PROJECT_ID={project}")
    assert {name: code for name, code in found.items() if name in OF_PROJECTS and code} == {}
    assert {found[name] for name in OF_ADMINISTRATORS} == {CODE}
    servers = inventory.model_named("compute.server").objects.present()
    assert {server.project_id for server in servers} <= {people["project"]}
    _told(found, f"has {who}" if who == "reader" else "member")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("who", "scope"), [("domain-admin", "DOMAIN_ID={domain}"), ("system-reader", "SYSTEM_SCOPE=all")]
)
def test_without_a_project(lab, people, tmp_path, who, scope):
    found = read(lab, people, tmp_path, who, scope)
    assert found["identity.project"] == found["identity.user"] == ""
    assert found["compute.server"] == CODE
    _told(found, "takes a project", only="compute.server")


def _told(found: dict[str, str], text: str, only: str = "compute.hypervisor") -> None:
    """Each that may not be read says so, as what it is."""
    cluster = Cluster.objects.get()
    for name, code in found.items():
        ((chip,), _version) = freshness(inventory.model_named(name), [cluster])
        assert chip.state == {CODE: "refused", "": chip.state, "no_service": "ok"}[code], name
        assert chip.state != "error"
        if name == only:
            assert text in chip.reason
