"""What a fresh cloud needs once: service user, catalog, volume types. Runs in the lab's environment.

Run as: python -m lab.bootstrap STATE. Needs Keystone and Cinder.
"""

import sys
from pathlib import Path

import openstack

from lab.configuration import PASSWORD, REGION, internal_url, public_url
from lab.services.serving import description

# Type, name, path below the service's address.
CATALOG = (
    ("placement", "placement", ""),
    ("image", "glance", ""),
    ("network", "neutron", ""),
    ("compute", "nova", "/v2.1"),
    ("block-storage", "cinder", "/v3"),
    # The name most tools still know.
    ("volumev3", "cinderv3", "/v3"),
)
VOLUME_TYPES = {"standard": "Spinning disks, three copies", "fast": "NVMe, two copies"}


def connect(address: str, **overrides) -> openstack.connection.Connection:
    """Log in as admin, past the edge: set-up is not what faults are for."""
    auth = {
        "auth_url": f"{internal_url(address, 'identity')}/v3",
        "username": "admin",
        "password": PASSWORD,
        "project_name": "admin",
        "user_domain_name": "Default",
        "project_domain_name": "Default",
    }
    return openstack.connect(
        load_yaml_config=False,
        load_envvars=False,
        auth=auth | overrides,
        region_name=REGION,
        interface="internal",
        identity_api_version="3",
        api_timeout=120,
    )


def create_catalog(address: str) -> None:
    identity = connect(address).identity
    project = identity.find_project("service") or identity.create_project(name="service", domain_id="default")
    user = identity.find_user("service") or identity.create_user(
        name="service", password=PASSWORD, default_project_id=project.id, domain_id="default"
    )
    for role in identity.roles():
        if role.name in ("admin", "service"):
            identity.assign_project_role_to_user(project.id, user.id, role.id)
    existing = {service.type for service in identity.services()}
    for kind, name, path in CATALOG:
        if kind in existing:
            continue
        service = identity.create_service(type=kind, name=name)
        port_of = "block-storage" if kind == "volumev3" else kind
        for interface, url in (("public", public_url), ("internal", internal_url), ("admin", internal_url)):
            identity.create_endpoint(
                service_id=service.id,
                interface=interface,
                url=url(address, port_of) + path,
                region_id=REGION,
            )


def create_volume_types(address: str) -> None:
    volumes = connect(address).block_storage
    existing = {kind.name for kind in volumes.types()}
    for name, text in VOLUME_TYPES.items():
        if name not in existing:
            volumes.create_type(name=name, description=text)


if __name__ == "__main__":
    cloud_address = description(Path(sys.argv[1]))["address"]
    create_catalog(cloud_address)
    create_volume_types(cloud_address)
