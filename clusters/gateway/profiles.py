"""Cloud descriptions people already have: clouds.yaml and openrc files."""

import re
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from keystoneauth1.exceptions import ClientException
from openstack.config import OpenStackConfig
from openstack.exceptions import SDKException


class ProfileError(ValueError):
    """The file cannot be used; the text says why."""


@dataclass(frozen=True)
class Profile:
    """What a file says of a cloud, in the platform's own terms. `secret` is "" when the file has none."""

    auth_url: str
    kind: str
    username: str
    user_domain: str
    project_name: str
    project_domain: str
    secret: str
    region: str
    interface: str
    verify_tls: bool
    ca_certificate: str


def from_clouds_yaml(path: Path, cloud: str) -> Profile:
    """Read one cloud, with `secure.yaml` beside it and vendor profiles resolved as the SDK does it."""
    if not path.is_file():
        raise ProfileError(f"There is no file {path}.")
    secure = path.with_name("secure.yaml")
    try:
        config = OpenStackConfig(
            config_files=[str(path)], secure_files=[str(secure)], vendor_files=[], load_envvars=False
        )
        region = config.get_one(cloud=cloud)
    except (SDKException, ClientException, yaml.YAMLError, AttributeError, TypeError) as error:
        raise ProfileError(f"{path} does not describe a cloud “{cloud}”: {error}") from None
    settings = region.config
    return _profile(
        settings.get("auth") or {},
        region=region.region_name or "",
        interface=settings.get("interface") or "public",
        verify=settings.get("verify", True) is not False,
        ca_file=settings.get("cacert") or "",
        application="applicationcredential" in str(settings.get("auth_type") or "").replace("_", "").lower(),
    )


def from_openrc(path: Path) -> Profile:
    """Read the `export OS_…=` lines. The file is never run; a password it would ask for is asked for by us."""
    if not path.is_file():
        raise ProfileError(f"There is no file {path}.")
    values: dict[str, str] = {}
    for line in path.read_text(errors="replace").splitlines():
        if found := re.match(r"\s*(?:export\s+)?(OS_[A-Z_]+)=(.*)", line):
            values[found[1]] = _plain(found[2])
    if not values.get("OS_AUTH_URL"):
        raise ProfileError(f"{path} sets no OS_AUTH_URL; is it an openrc file?")
    auth = {name.removeprefix("OS_").lower(): value for name, value in values.items() if value}
    return _profile(
        auth,
        region=values.get("OS_REGION_NAME", ""),
        interface=values.get("OS_INTERFACE", "") or "public",
        verify=True,
        ca_file=values.get("OS_CACERT", ""),
        application="applicationcredential" in values.get("OS_AUTH_TYPE", "").replace("_", "").lower(),
    )


def _plain(text: str) -> str:
    """A shell word without its quotes; "" where a shell would have to put something in its place."""
    try:
        word = next(iter(shlex.split(text, comments=True)), "")
    except ValueError:
        return ""
    literal = text.startswith("'") or not re.search(r"[$`]", text.partition(" #")[0])
    return word if literal else ""


def _profile(
    auth: dict[str, Any], *, region: str, interface: str, verify: bool, ca_file: str, application: bool
) -> Profile:
    application = application or "application_credential_id" in auth
    ca_path = Path(ca_file).expanduser() if ca_file else None
    if ca_path and not ca_path.is_file():
        raise ProfileError(f"The CA certificate {ca_path} that the file names does not exist.")
    if not auth.get("auth_url"):
        raise ProfileError("The file names no auth_url.")
    return Profile(
        auth_url=auth["auth_url"],
        kind="application_credential" if application else "password",
        username=auth.get("application_credential_id" if application else "username") or "",
        user_domain=auth.get("user_domain_name") or auth.get("domain_name") or "Default",
        project_name=auth.get("project_name") or "",
        project_domain=auth.get("project_domain_name") or auth.get("domain_name") or "Default",
        secret=auth.get("application_credential_secret" if application else "password") or "",
        region=region,
        interface=interface.removesuffix("URL"),
        verify_tls=verify,
        ca_certificate=ca_path.read_text() if ca_path else "",
    )
