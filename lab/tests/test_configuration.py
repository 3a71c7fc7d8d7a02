import configparser
import json
import stat

import pytest

from lab import configuration
from lab.database import Database
from lab.layout import Layout


@pytest.fixture
def state(tmp_path):
    """A cloud's folder with all its configuration files."""
    return written(tmp_path)


def written(tmp_path, **options):
    etc = tmp_path / "etc"
    (etc / "nova").mkdir(parents=True)
    (etc / "nova" / "api-paste.ini").write_text("[pipeline:main]\n")
    database = Database(Layout(tmp_path, "127.0.9", 33999, tmp_path))
    configuration.write("east", "127.0.9.11", "127.0.9.10", tmp_path / "east", database, etc, **options)
    return tmp_path / "east"


def read(state, project: str) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser(strict=True)
    parser.read(configuration.configuration_file(state, project))
    return parser


@pytest.mark.parametrize("project", configuration.CONFIGURATION_FILES)
def test_every_file_is_complete(state, project):
    assert "${" not in configuration.configuration_file(state, project).read_text()
    assert read(state, project).sections()


def test_tokens_are_checked_inside_and_refused_with_the_public_address(state):
    section = read(state, "nova")["keystone_authtoken"]
    assert section["auth_url"] == "http://127.0.9.11:15000/v3"
    assert section["www_authenticate_uri"] == "http://127.0.9.11:5000/v3"


def test_each_cloud_has_its_own_schemas(state, tmp_path):
    assert "/east_nova?" in read(state, "nova")["database"]["connection"]
    assert f"unix_socket={tmp_path}" in read(state, "nova")["database"]["connection"]


NOTIFICATIONS = "oslo_messaging_notifications"


@pytest.mark.parametrize("project", configuration.CONFIGURATION_FILES)
def test_nobody_is_notified_unless_it_is_wished(tmp_path, state, project):
    assert NOTIFICATIONS not in read(state, project)
    url = "rabbit://openstack:secret@127.0.0.1:5672/"
    notifying = read(written(tmp_path / "notifying", notifications=url), project)
    if project == "placement":  # it has nothing to tell
        assert NOTIFICATIONS not in notifying
    else:
        assert dict(notifying[NOTIFICATIONS])["transport_url"] == url


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError):
        configuration.render("keystone.conf", {})


def test_clouds_yaml_is_for_its_owner_only(tmp_path):
    target = tmp_path / "clouds.yaml"
    configuration.write_clouds_yaml(target, {"east": {"auth_url": "http://127.0.0.11:5000/v3"}})
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert json.loads(target.read_text())["clouds"]["east"]["auth"]["auth_url"] == "http://127.0.0.11:5000/v3"
