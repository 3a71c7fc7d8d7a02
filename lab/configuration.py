"""Configuration files of a cloud, written afresh at every `up`: they hold addresses and paths."""

import json
import shutil
import uuid
from pathlib import Path
from string import Template

from lab.database import Database
from lab.layout import INTERNAL_OFFSET, PROJECTS, PUBLIC_PORTS

TEMPLATES = Path(__file__).parent / "templates"

SCHEMAS = ("keystone", "placement", "glance", "cinder", "nova", "nova_api", "nova_cell0", "neutron")
CONFIGURATION_FILES = {project: f"{project}.conf" for project in PROJECTS} | {"glance": "glance-api.conf"}
FOLDERS = ("conf", "log", "locks", "keys", "images/staging", "images/tasks", "volumes", "backups")

PASSWORD = "labpass"
REGION = "RegionOne"


def schema_name(cloud: str, schema: str) -> str:
    return f"{cloud}_{schema}"


def public_url(address: str, service: str) -> str:
    return f"http://{address}:{PUBLIC_PORTS[service]}"


def internal_url(address: str, service: str) -> str:
    return f"http://{address}:{PUBLIC_PORTS[service] + INTERNAL_OFFSET}"


def render(name: str, values: dict[str, str]) -> str:
    """One template with its values filled in. A value that is missing is an error."""
    return Template((TEMPLATES / name).read_text()).substitute(values)


def write(
    cloud: str,
    address: str,
    screen_address: str,
    state: Path,
    database: Database,
    etc: Path,
    *,
    notifications: str = "",
) -> None:
    """Write all configuration files of one cloud into `state`/conf, and make the folders they name. `notifications`
    is the transport URL (rabbit://…) of a broker that its services notify; by default they notify nobody."""
    for folder in FOLDERS:
        (state / folder).mkdir(parents=True, exist_ok=True)
    values = {
        "state": str(state),
        "log": str(state / "log"),
        "configuration": str(state / "conf"),
        "etc": str(etc),
        "address": address,
        "screen_address": screen_address,
        "password": PASSWORD,
        "region": REGION,
        "public_identity_url": f"{public_url(address, 'identity')}/v3",
        "identity_url": f"{internal_url(address, 'identity')}/v3",
        "image_url": internal_url(address, "image"),
    }
    for schema in SCHEMAS:
        values[f"database_{schema}"] = database.url(schema_name(cloud, schema))
    values["credentials"] = render("service-credentials.conf", values)
    values["token_validation"] = render("token-validation.conf", values)
    values["notifications"] = render("notifications.conf", {"url": notifications}) if notifications else ""
    for name in CONFIGURATION_FILES.values():
        (state / "conf" / name).write_text(render(name, values))
    # Nova refuses to start a compute that knows nodes but has no identity of its own.
    (state / "compute_id").write_text(str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{cloud}.lab")))
    # Nova looks for its paste file beside nova.conf.
    shutil.copy(etc / "nova" / "api-paste.ini", state / "conf" / "api-paste.ini")


def describe(cloud: str, address: str, state: Path, computes: list[str]) -> None:
    """Write what the service processes of a cloud have to know beside their configuration."""
    description = {"name": cloud, "address": address, "computes": computes}
    (state / "cloud.json").write_text(json.dumps(description))


def configuration_file(state: Path, project: str) -> Path:
    return state / "conf" / CONFIGURATION_FILES[project]


def write_clouds_yaml(target: Path, clouds: dict[str, dict[str, str]]) -> None:
    """Write the file that `openstack --os-cloud NAME` reads. `clouds`: the `auth` section by name."""
    entries = {
        name: {"auth": auth, "region_name": REGION, "identity_api_version": "3"} for name, auth in clouds.items()
    }
    target.touch(mode=0o600)
    target.chmod(0o600)
    # JSON is YAML too.
    target.write_text(json.dumps({"clouds": entries}, indent=2) + "\n")
