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

from clusters.models import Credential

Kind = Credential.Kind

SECRETS: dict[str, str] = {
    Kind.PASSWORD: "password",
    Kind.APPLICATION_CREDENTIAL: "application_credential_secret",
    Kind.TOKEN: "token",
}

NAMES = {
    "username": "username",
    "user_name": "username",
    "user_id": "user_id",
    "user_domain_name": "user_domain",
    "user_domain_id": "user_domain_id",
    "application_credential_name": "application_credential_name",
    "tenant_name": "project_name",
    "project_name": "project_name",
    "tenant_id": "project_id",
    "project_id": "project_id",
    "project_domain_name": "project_domain",
    "project_domain_id": "project_domain_id",
    "domain_name": "domain_name",
    "domain_id": "domain_id",
}
"""keystoneauth's option → `Credential`'s field."""


class ProfileError(ValueError):
    """The file cannot be used; the text says why."""


@dataclass(frozen=True)
class Profile:
    """What a file says of a cloud, in the platform's own terms. `secret` is "" when the file has none."""

    auth_url: str
    credential: dict[str, Any]
    """What the file gives of `IDENTITY_FIELDS`."""
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
        region = config.get_one(cloud=cloud, validate=False)
    except (
        SDKException,
        ClientException,
        yaml.YAMLError,
        AttributeError,
        TypeError,
        ValueError,
        LookupError,
    ) as error:
        raise ProfileError(f"{path} does not describe a cloud “{cloud}”: {error}") from None
    settings = region.config
    # As the SDK has it, what belongs into `auth` may also stand beside it.
    beside = {name: settings[name] for name in ("auth_url", *NAMES, *SECRETS.values()) if settings.get(name)}
    return _profile(
        {**beside, **(settings.get("auth") or {})},
        region=region.region_name or "",
        interface=settings.get("interface") or "public",
        verify=settings.get("verify", True) is not False,
        ca_file=settings.get("cacert") or "",
        auth_type=str(settings.get("auth_type") or ""),
        default_domain=str(settings.get("default_domain") or ""),
    )


def from_openrc(path: Path) -> Profile:
    """Read the `export OS_…=` lines. The file is never run; a password it would ask for is asked for by us."""
    if not path.is_file():
        raise ProfileError(f"There is no file {path}.")
    values: dict[str, str] = {}
    for line in _text(path).splitlines():
        if found := re.match(r"\s*(?:export\s+)?(OS_[A-Z_]+)=(.*)", line):
            values[found[1]] = _plain(found[2])
        elif found := re.match(r"\s*unset\s+(.*)", line):
            for name in found[1].split():
                values.pop(name, None)
    if not values.get("OS_AUTH_URL"):
        raise ProfileError(f"{path} sets no OS_AUTH_URL; is it an openrc file?")
    auth = {name.removeprefix("OS_").lower(): value for name, value in values.items() if value}
    return _profile(
        auth,
        region=values.get("OS_REGION_NAME", ""),
        interface=values.get("OS_INTERFACE", "") or values.get("OS_ENDPOINT_TYPE", "") or "public",
        verify=values.get("OS_INSECURE", "").lower() not in ("1", "true", "yes"),
        ca_file=values.get("OS_CACERT", ""),
        auth_type=values.get("OS_AUTH_TYPE", ""),
        default_domain=values.get("OS_DEFAULT_DOMAIN", ""),
    )


def _text(path: Path) -> str:
    """Letters that were lost would make another password of it, which the cloud then counts as a failed log-in."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise ProfileError(f"{path} is not written in UTF-8 (line {line}). Save it as UTF-8.") from None


def certificate(path: Path) -> str:
    """The PEM text of a file. Raises `ProfileError`."""
    try:
        return path.read_text()
    except UnicodeDecodeError:
        raise ProfileError(f"{path} is no PEM text. Convert it: openssl x509 -inform der -in {path}") from None


def _plain(text: str) -> str:
    """A shell word without its quotes; "" where a shell would have to put something in its place."""
    try:
        words = shlex.shlex(text, posix=True, punctuation_chars=";")
        words.whitespace_split = True
        word = next(words, "").strip(";")
    except ValueError:
        return ""
    literal = text.startswith("'") or not re.search(r"[$`]", text.partition(" #")[0])
    return word if literal else ""


def _profile(
    auth: dict[str, Any],
    *,
    auth_type: str,
    default_domain: str,
    region: str,
    interface: str,
    verify: bool,
    ca_file: str,
) -> Profile:
    # YAML makes a number of what looks like one, also of an id.
    given = {name: str(value) for name, value in auth.items() if value not in (None, "")}
    kind = _kind(auth_type, given)
    ca_path = Path(ca_file).expanduser() if ca_file else None
    if ca_path and not ca_path.is_file():
        raise ProfileError(f"The CA certificate {ca_path} that the file names does not exist.")
    if not given.get("auth_url"):
        raise ProfileError("The file names no auth_url.")
    return Profile(
        auth_url=given["auth_url"],
        credential={"kind": kind, **_identity(given, kind, default_domain)},
        secret=given.get(SECRETS[kind], ""),
        region=region,
        interface=interface.removesuffix("URL"),
        verify_tls=verify,
        ca_certificate=certificate(ca_path) if ca_path else "",
    )


def _kind(auth_type: str, given: dict[str, str]) -> str:
    if "application_credential_id" in given or "application_credential_name" in given:
        return Kind.APPLICATION_CREDENTIAL
    plain = auth_type.replace("_", "").lower().removeprefix("v3")
    if plain in ("", "password") and "token" in given and not given.keys() & {"username", "user_id", "password"}:
        return Kind.TOKEN
    found = {"": Kind.PASSWORD, "password": Kind.PASSWORD, "token": Kind.TOKEN}.get(plain)
    found = found or (Kind.APPLICATION_CREDENTIAL if plain == "applicationcredential" else None)
    if found is None:
        raise ProfileError(f"The file logs in by “{auth_type}”. Use a password, an application credential or a token.")
    return found


def _identity(given: dict[str, str], kind: str, default_domain: str) -> dict[str, Any]:
    """Under the names of `Credential`. As `openstack` reads it: `domain_…` beside a project is the domain of user and
    project, and a default domain that the file names is an id."""
    found = {ours: given[theirs] for theirs, ours in NAMES.items() if theirs in given}
    if "application_credential_id" in given:
        return {"username": given["application_credential_id"]}
    in_project = bool(found.keys() & {"project_name", "project_id"})
    for prefix in ("user_domain", "project_domain"):
        if found.keys() & {prefix, f"{prefix}_id"}:
            continue
        if in_project and "domain_id" in found:
            found[f"{prefix}_id"] = found["domain_id"]
        elif in_project and "domain_name" in found:
            found[prefix] = found["domain_name"]
        elif default_domain:
            found[f"{prefix}_id"] = default_domain
    if in_project:
        found.pop("domain_id", None)
        found.pop("domain_name", None)
    if kind == Kind.APPLICATION_CREDENTIAL:
        return {name: value for name, value in found.items() if not name.startswith(("project_", "domain_"))}
    return {**found, "system_scope": True} if given.get("system_scope") == "all" else found
