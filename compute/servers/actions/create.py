"""A new server."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.models import Cluster
from compute.servers.actions.base import option
from compute.servers.creating.cloud import create, find_created
from compute.servers.creating.form import CreateForm
from opsys.kit.declare.action import Action


def create_command(cluster: Cluster, **params: Any) -> list[str]:
    """As `openstack server create` wants it. User data is a file there; a password is not for a shell's history."""
    source = params.get("source", "image")
    words = ["server", "create", "--flavor", params["flavor"], *_source(source, params)]
    for name, flag in (
        ("availability_zone", "--availability-zone"),
        ("key_name", "--key-name"),
        ("description", "--description"),
    ):
        words += option(flag, params.get(name))
    for network in params.get("networks", []):
        address = f",v4-fixed-ip={params['fixed_ip']}" if params.get("fixed_ip") else ""
        words += ["--nic", f"net-id={network}{address}"] if address else ["--network", network]
    for flag, name in (("--port", "ports"), ("--security-group", "security_groups"), ("--tag", "tags")):
        words += [word for value in params.get(name, []) for word in (flag, value)]
    words += [word for key, text in params.get("metadata", {}).items() for word in ("--property", f"{key}={text}")]
    words += ["--hint", f"group={params['server_group']}"] if params.get("server_group") else []
    words += ["--user-data", "user-data.txt"] if params.get("user_data") else []
    words += ["--use-config-drive"] if params.get("config_drive") else []
    return [*words, params["name"]]


def _source(source: str, params: dict[str, Any]) -> list[str]:
    if source == "image":
        return ["--image", params["image"]]
    if source == "volume":
        return ["--volume", params["volume"]]
    if source == "new-volume" and not {"delete_volume", "volume_type"} & params.keys():
        return ["--image", params["image"], "--boot-from-volume", str(params["volume_size"])]
    wanted = {
        "uuid": params.get("image") if source == "new-volume" else params.get("volume_snapshot"),
        "source_type": "image" if source == "new-volume" else "snapshot",
        "destination_type": "volume",
        "boot_index": "0",
        "volume_size": params.get("volume_size"),
        "volume_type": params.get("volume_type"),
        "delete_on_termination": "true" if params.get("delete_volume") else "",
    }
    return ["--block-device", ",".join(f"{key}={value}" for key, value in wanted.items() if value)]


CREATE = Action(
    "create",
    _("Create a server"),
    create,
    permission=access.PROVISION,
    needs="compute",
    form=CreateForm,
    find_created=find_created,
    scope="cluster",
    icon="plus",
    touches=("storage.volume", "networking.port"),
    command=create_command,
)
