from pathlib import Path

import pytest

from lab.layout import Layout


@pytest.fixture
def environment(monkeypatch):
    for name in ("LAB_ROOT", "LAB_NETWORK", "LAB_DATABASE_PORT", "LAB_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_defaults(environment):
    layout = Layout.from_environment()
    assert layout.root.parts[-2:] == ("var", "lab")
    assert (layout.network, layout.database_port) == ("127.0.0", 13061)
    assert layout.cache == Path.home().resolve() / ".cache" / "opsys-lab"


def test_environment_wins_over_defaults_and_arguments_over_it(environment, tmp_path):
    environment.setenv("LAB_ROOT", str(tmp_path / "one"))
    environment.setenv("LAB_NETWORK", "127.0.7")
    environment.setenv("LAB_DATABASE_PORT", "4000")
    environment.setenv("LAB_CACHE", str(tmp_path / "cache"))
    layout = Layout.from_environment(network="127.0.8")
    assert layout == Layout(tmp_path / "one", "127.0.8", 4000, tmp_path / "cache")


def test_a_cloud_has_its_address_whichever_others_there_are(tmp_path):
    layout = Layout(tmp_path, "127.0.1", 1, tmp_path)
    assert [layout.address(name) for name in ("east", "west")] == ["127.0.1.11", "127.0.1.12"]


def test_a_socket_path_fits_the_kernel(tmp_path):
    short, deep = Layout(Path("/srv/lab"), "", 1, tmp_path), Layout(Path("/srv") / ("x" * 120), "", 1, tmp_path)
    assert short.database_socket == Path("/srv/lab/run/mariadb.sock")
    assert len(bytes(deep.database_socket)) <= 107
    assert deep.database_socket != Layout(Path("/srv") / ("y" * 120), "", 1, tmp_path).database_socket
