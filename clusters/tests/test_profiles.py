"""add-cluster from the files people have: clouds.yaml and openrc."""

import json

import pytest
from django.core.management import CommandError, call_command

from clusters.gateway.profiles import ProfileError, from_clouds_yaml, from_openrc
from clusters.models import Cluster, Credential


def write(path, text):
    path.write_text(text)
    return path


CLOUDS = """
clouds:
  plain:
    region_name: RegionOne
    interface: internal
    auth: {{auth_url: "{url}", username: admin, password: right, project_name: admin, user_domain_name: Ops}}
  application:
    auth_type: v3applicationcredential
    auth: {{auth_url: "{url}", application_credential_id: id-1, application_credential_secret: right}}
  open:
    verify: false
    auth: {{auth_url: "{url}", username: admin, project_name: admin}}
  regions:
    regions: [One, Two]
    auth: {{auth_url: "{url}", username: admin, password: right, project_name: admin}}
  addressless:
    auth: {{username: admin}}
  certified:
    cacert: /no/such/ca.pem
    auth: {{auth_url: "{url}", username: admin, password: right, project_name: admin}}
"""


@pytest.fixture
def clouds(tmp_path):
    return write(tmp_path / "clouds.yaml", CLOUDS.format(url="http://cloud.example.com:5000/v3"))


def test_a_password_of_clouds_yaml(clouds):
    profile = from_clouds_yaml(clouds, "plain")
    named = {"kind": "password", "username": "admin", "user_domain": "Ops", "project_name": "admin"}
    assert (profile.credential, profile.secret) == (named, "right")
    assert (profile.region, profile.interface) == ("RegionOne", "internal")


def test_an_application_credential_of_clouds_yaml(clouds):
    profile = from_clouds_yaml(clouds, "application")
    assert (profile.credential, profile.secret) == ({"kind": "application_credential", "username": "id-1"}, "right")


def test_secure_yaml_beside_it(clouds):
    write(clouds.with_name("secure.yaml"), "clouds: {open: {auth: {password: kept apart}}}")
    profile = from_clouds_yaml(clouds, "open")
    assert (profile.secret, profile.verify_tls) == ("kept apart", False)


def test_of_several_regions_the_first_unless_one_is_named(clouds):
    assert from_clouds_yaml(clouds, "regions").region == "One"


@pytest.mark.parametrize(
    ("cloud", "words"),
    [
        ("nobody", "does not describe a cloud “nobody”"),
        ("addressless", "auth_url"),
        ("certified", "/no/such/ca.pem"),
    ],
)
def test_a_cloud_that_cannot_be_used(clouds, cloud, words):
    with pytest.raises(ProfileError, match=words):
        from_clouds_yaml(clouds, cloud)


@pytest.mark.parametrize("text", ["", "[]", "clouds: 7", "clouds: [x]", "{", "\t- :", "clouds: {plain: 7}"])
def test_a_file_that_is_no_clouds_yaml(tmp_path, text):
    with pytest.raises(ProfileError):
        from_clouds_yaml(write(tmp_path / "clouds.yaml", text), "plain")


def test_files_that_are_not_there(tmp_path):
    for read in (lambda path: from_clouds_yaml(path, "x"), from_openrc):
        with pytest.raises(ProfileError, match="There is no file"):
            read(tmp_path / "nothing")


OPENRC = """#!/usr/bin/env bash
# Made by Horizon
export OS_AUTH_URL=http://cloud.example.com:5000/v3
export OS_PROJECT_NAME="admin project"
export OS_USER_DOMAIN_NAME='Ops'
if [ -z "$OS_USER_DOMAIN_NAME" ]; then unset OS_USER_DOMAIN_NAME; fi
export OS_USERNAME=admin   # the user
export OS_REGION_NAME="RegionOne"
export OS_INTERFACE=publicURL
{password}
"""

ASKS = """echo "Please enter your OpenStack Password for project $OS_PROJECT_NAME as user $OS_USERNAME: "
read -sr OS_PASSWORD_INPUT
export OS_PASSWORD=$OS_PASSWORD_INPUT"""


@pytest.mark.parametrize(
    ("password", "secret"),
    [
        ("export OS_PASSWORD=simple", "simple"),
        ("export OS_PASSWORD='with $dollar # and \"quotes\"'", 'with $dollar # and "quotes"'),
        ('OS_PASSWORD="no export"', "no export"),
        (ASKS, ""),
        ('export OS_PASSWORD="$(pass show cloud)"', ""),
        ("export OS_PASSWORD=`pass show cloud`", ""),
        ("export OS_PASSWORD='unbalanced", ""),
    ],
)
def test_an_openrc_is_read_and_never_run(tmp_path, password, secret):
    profile = from_openrc(write(tmp_path / "openrc", OPENRC.format(password=password)))
    assert profile.credential == {
        "kind": "password",
        "username": "admin",
        "project_name": "admin project",
        "user_domain": "Ops",
    }
    assert (profile.region, profile.interface) == ("RegionOne", "public")
    assert profile.secret == secret


def test_an_openrc_with_an_application_credential(tmp_path):
    lines = "OS_AUTH_TYPE=v3applicationcredential OS_AUTH_URL=http://c:5000/v3 OS_APPLICATION_CREDENTIAL_ID=id-1 "
    lines += "OS_APPLICATION_CREDENTIAL_SECRET=right"
    text = "\n".join(f"export {line}" for line in lines.split())
    profile = from_openrc(write(tmp_path / "openrc", text))
    assert (profile.credential, profile.secret) == ({"kind": "application_credential", "username": "id-1"}, "right")


def test_what_is_no_openrc(tmp_path):
    with pytest.raises(ProfileError, match="is it an openrc file"):
        from_openrc(write(tmp_path / "openrc", "<html>"))


HORIZON = """#!/usr/bin/env bash
export OS_AUTH_URL=http://cloud.example.com:5000/v3
# With the addition of Keystone we have standardized on the term **project**
export OS_PROJECT_ID=4f1c2a
export OS_PROJECT_NAME="ci"
export OS_USER_DOMAIN_NAME="Ops"
if [ -z "$OS_USER_DOMAIN_NAME" ]; then unset OS_USER_DOMAIN_NAME; fi
export OS_PROJECT_DOMAIN_ID="77aa"
if [ -z "$OS_PROJECT_DOMAIN_ID" ]; then unset OS_PROJECT_DOMAIN_ID; fi
export OS_TENANT_NAME=old
unset OS_TENANT_ID
unset OS_TENANT_NAME
export OS_USERNAME="admin"
export OS_REGION_NAME="RegionOne"
if [ -z "$OS_REGION_NAME" ]; then unset OS_REGION_NAME; fi
export OS_INTERFACE=public
export OS_IDENTITY_API_VERSION=3
"""


def test_an_openrc_of_the_dashboard_keeps_its_ids(tmp_path):
    profile = from_openrc(write(tmp_path / "openrc", HORIZON))
    assert profile.credential == {
        "kind": "password",
        "username": "admin",
        "user_domain": "Ops",
        "project_id": "4f1c2a",
        "project_name": "ci",
        "project_domain_id": "77aa",
    }
    assert profile.region == "RegionOne"


USER = {"username": "admin", "password": "right"}
OURS = {"kind": "password", "username": "admin"}


@pytest.mark.parametrize(
    ("auth", "more", "credential"),
    [
        ({**USER, "project_id": 4711}, {}, {**OURS, "project_id": "4711"}),
        (
            {**USER, "user_domain_id": "d1", "project_name": "ci", "project_domain_name": "Ops"},
            {},
            {**OURS, "user_domain_id": "d1", "project_name": "ci", "project_domain": "Ops"},
        ),
        ({**USER, "tenant_name": "ci"}, {}, {**OURS, "project_name": "ci"}),
        (
            {**USER, "project_name": "ci", "domain_name": "Ops"},
            {},
            {**OURS, "project_name": "ci", "project_domain": "Ops", "user_domain": "Ops"},
        ),
        (
            {**USER, "domain_id": "d1", "user_domain_name": "Ops"},
            {},
            {**OURS, "user_domain": "Ops", "domain_id": "d1"},
        ),
        ({**USER, "system_scope": "all"}, {}, {**OURS, "system_scope": True}),
        (
            {**USER, "project_name": "ci"},
            {"default_domain": "d9"},
            {**OURS, "project_name": "ci", "user_domain_id": "d9", "project_domain_id": "d9"},
        ),
        (
            {"user_id": "u1", "password": "right", "project_id": "p1"},
            {},
            {"kind": "password", "user_id": "u1", "project_id": "p1"},
        ),
        ({"token": "right", "project_id": "p1"}, {}, {"kind": "token", "project_id": "p1"}),
        ({"token": "right", "project_id": "p1"}, {"auth_type": "v3token"}, {"kind": "token", "project_id": "p1"}),
        (
            {"application_credential_name": "ro", "application_credential_secret": "right", "username": "admin"}
            | {"user_domain_id": "d1", "project_name": "ci"},
            {"auth_type": "v3applicationcredential"},
            {
                "kind": "application_credential",
                "application_credential_name": "ro",
                "username": "admin",
                "user_domain_id": "d1",
            },
        ),
    ],
)
def test_what_a_file_names_is_kept_and_nothing_is_filled_in(tmp_path, auth, more, credential):
    described = {"auth": {"auth_url": "http://c:5000/v3", **auth}, **more}
    file = write(tmp_path / "clouds.yaml", json.dumps({"clouds": {"north": described}}))
    profile = from_clouds_yaml(file, "north")
    assert (profile.credential, profile.secret) == (credential, "right")
    options = {f"OS_{name.upper()}": str(value) for name, value in {**described["auth"], **more}.items()}
    lines = "\n".join(f"export {name}={value}" for name, value in options.items())
    assert from_openrc(write(tmp_path / "openrc", lines)).credential == credential


def test_a_way_to_log_in_that_is_not_supported(tmp_path):
    described = {"auth_type": "v3oidcpassword", "auth": {"auth_url": "http://c:5000/v3", "username": "admin"}}
    text = "\n".join(["export OS_AUTH_TYPE=v3kerberos", "export OS_AUTH_URL=http://c:5000/v3"])
    with pytest.raises(ProfileError, match="v3kerberos”. Use a password"):
        from_openrc(write(tmp_path / "openrc", text))
    with pytest.raises(ProfileError):
        from_clouds_yaml(write(tmp_path / "clouds.yaml", json.dumps({"clouds": {"north": described}})), "north")


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["plain", "application", "regions"])
def test_the_command_adds_what_the_file_describes(tmp_path, cloud, name):
    cloud.regions = ("RegionOne", "One", "Two")
    text = CLOUDS.format(url=cloud.auth_url).replace("interface: internal", "interface: public")
    file = write(tmp_path / "clouds.yaml", text)
    region = ["--region", "Two"] if name != "plain" else []
    call_command("add_cluster", "north", "--from-clouds-yaml", str(file), "--cloud", name, *region)
    assert Cluster.objects.get().region == ("Two" if region else "RegionOne")
    assert Credential.objects.get().secret == "right"


@pytest.mark.django_db
def test_the_command_asks_for_the_password_an_openrc_would_ask_for(tmp_path, cloud, monkeypatch):
    text = OPENRC.format(password=ASKS).replace("http://cloud.example.com:5000/v3", cloud.auth_url)
    file = write(tmp_path / "openrc", text)
    monkeypatch.setenv("OPSYS_CLOUD_SECRET", "right")
    call_command("add_cluster", "north", "--from-openrc", str(file))
    assert Credential.objects.get().secret == "right"


@pytest.mark.django_db
def test_the_command_stores_nothing_from_a_bad_file(tmp_path):
    with pytest.raises(CommandError, match="There is no file.*Nothing was stored"):
        call_command("add_cluster", "north", "--from-openrc", str(tmp_path / "nothing"))
    assert not Cluster.objects.exists()


RC = "export OS_AUTH_URL=http://c:5000/v3\nexport OS_USERNAME=admin\n"


@pytest.mark.parametrize("line", ["OS_PASSWORD=right; export OS_PASSWORD", "export OS_PASSWORD='right' # mine"])
def test_how_shells_let_it_be_written(tmp_path, line):
    assert from_openrc(write(tmp_path / "openrc", RC + line)).secret == "right"


def test_a_semicolon_in_quotes_belongs_to_the_password(tmp_path):
    assert from_openrc(write(tmp_path / "openrc", RC + "export OS_PASSWORD='a;b'")).secret == "a;b"


def test_a_file_with_a_byte_order_mark(tmp_path):
    file = tmp_path / "openrc"
    file.write_bytes(b"\xef\xbb\xbf" + RC.encode())
    assert from_openrc(file).auth_url == "http://c:5000/v3"


def test_a_file_in_another_encoding_is_refused_and_its_password_not_maimed(tmp_path):
    file = tmp_path / "openrc"
    file.write_bytes(RC.encode() + "export OS_PASSWORD=\u5bc6\u7801".encode("gbk"))
    with pytest.raises(ProfileError, match="not written in UTF-8 \\(line 3\\)"):
        from_openrc(file)


@pytest.mark.django_db
def test_a_certificate_that_is_no_text_is_refused_with_a_sentence(tmp_path):
    der = tmp_path / "ca.der"
    der.write_bytes(b"\x30\x82\xff\xfe")
    with pytest.raises(ProfileError, match="is no PEM text"):
        from_openrc(write(tmp_path / "openrc", f"{RC}export OS_CACERT={der}"))
    file = write(tmp_path / "openrc", f"{RC}export OS_PASSWORD=right")
    with pytest.raises(CommandError, match="is no PEM text"):
        call_command("add_cluster", "north", "--from-openrc", str(file), "--ca-certificate", str(der))
