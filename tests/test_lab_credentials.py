"""Credential files against real Keystones: what `openstack token issue` accepts, add-cluster accepts."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

from clusters import gateway
from clusters.gateway.environment import environment_of
from clusters.models import Cluster, Credential
from tests.openstack_cli import OpenStackCli

pytestmark = [pytest.mark.lab, pytest.mark.slow]
PASSWORD = "credential-file"


@pytest.fixture(scope="module")
def identity(lab):
    """A user and a project of the same domain, which is not Keystone's default one, on the lab's cloud east."""
    conn = OpenStackCli(lab.layout.clouds_yaml, "east").connection
    domain = conn.identity.create_domain(name="credential-files")
    user = conn.identity.create_user(name="filer", password=PASSWORD, domain_id=domain.id)
    project = conn.identity.create_project(name="filed", domain_id=domain.id)
    role = conn.identity.find_role("admin")
    conn.identity.assign_project_role_to_user(project, user, role)
    conn.identity.assign_domain_role_to_user(domain, user, role)
    conn.identity.assign_system_role_to_user(user, role, "all")
    yield {"user": user.id, "domain": domain.id, "project": project.id, "admin_project": conn.current_project_id}
    conn.identity.update_domain(domain, is_enabled=False)
    conn.identity.delete_domain(domain)


@pytest.fixture(scope="module")
def application(lab, identity):
    """An application credential, named as in clouds.yaml."""
    by_password = {"username": "filer", "user_domain_id": identity["domain"], "project_id": identity["project"]}
    conn = OpenStackCli(lab.layout.clouds_yaml, "east").connection
    own = conn.connect_as(**by_password, password=PASSWORD, project_name=None, project_domain_name=None)
    made = own.identity.create_application_credential(identity["user"], "filed", secret=PASSWORD, unrestricted=False)
    return {"id": made.id, "token": own.auth_token}


FILES = {
    "as dashboards write it": (
        "USERNAME=filer USER_DOMAIN_NAME=credential-files PROJECT_ID={project} PROJECT_NAME=filed"
    ),
    "domains by id": "USERNAME=filer USER_DOMAIN_ID={domain} PROJECT_NAME=filed PROJECT_DOMAIN_ID={domain}",
    "all by id": "USER_ID={user} PROJECT_ID={project}",
    "one domain for both": "USERNAME=filer PROJECT_NAME=filed DEFAULT_DOMAIN={domain}",
    "a whole domain": "USERNAME=filer USER_DOMAIN_ID={domain} DOMAIN_ID={domain}",
    "the whole system": "USERNAME=filer USER_DOMAIN_NAME=credential-files SYSTEM_SCOPE=all",
    "no domain at all": "USERNAME=admin PASSWORD=labpass PROJECT_ID={admin_project}",
    "a token": "AUTH_TYPE=token TOKEN={token} PROJECT_ID={project}",
    "an application credential by id": (
        "AUTH_TYPE=v3applicationcredential APPLICATION_CREDENTIAL_ID={id} APPLICATION_CREDENTIAL_SECRET={password}"
    ),
    "an application credential by name": (
        "AUTH_TYPE=v3applicationcredential APPLICATION_CREDENTIAL_NAME=filed USERNAME=filer USER_DOMAIN_ID={domain} "
        "APPLICATION_CREDENTIAL_SECRET={password}"
    ),
}


def token_issue(variables: dict[str, str]) -> dict[str, str]:
    """What Keystone says of the token that `openstack` gets with these variables alone."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("OS_")}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("openstack")), "token", "issue", "-f", "json"],
        env={**others, **variables},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.django_db
@pytest.mark.parametrize("shape", FILES)
def test_what_openstack_accepts_add_cluster_accepts(lab, identity, application, tmp_path, shape):
    text = FILES[shape].format(**identity, **application, password=PASSWORD)
    given = dict(word.split("=", 1) for word in text.split())
    if not given.keys() & {"TOKEN", "APPLICATION_CREDENTIAL_SECRET"}:
        given.setdefault("PASSWORD", PASSWORD)
    given |= {"AUTH_URL": lab.cloud("east").auth_url, "IDENTITY_API_VERSION": "3"}
    expected = token_issue({f"OS_{name}": value for name, value in given.items()})
    file = tmp_path / "openrc"
    file.write_text("".join(f'export OS_{name}="{value}"\n' for name, value in given.items()))
    call_command("add_cluster", "filed", "--from-openrc", str(file))
    assert "Default" not in vars(Credential.objects.get()).values()
    with gateway.call(Cluster.objects.get()) as call:
        assert call.conn.current_user_id == expected["user_id"]
        assert call.conn.current_project_id == expected.get("project_id")


@pytest.mark.django_db
def test_a_dashboards_clouds_yaml_and_what_child_processes_get(lab, identity, tmp_path):
    auth = {"auth_url": lab.cloud("east").auth_url, "username": "filer", "user_domain_name": "credential-files"}
    auth |= {"project_id": identity["project"], "project_name": "filed", "password": PASSWORD}
    file = tmp_path / "clouds.yaml"
    file.write_text(json.dumps({"clouds": {"openstack": {"auth": auth, "identity_api_version": 3}}}))
    call_command("add_cluster", "filed", "--from-clouds-yaml", str(file), "--cloud", "openstack")
    issued = token_issue(environment_of(Cluster.objects.get()))
    assert (issued["user_id"], issued["project_id"]) == (identity["user"], identity["project"])
