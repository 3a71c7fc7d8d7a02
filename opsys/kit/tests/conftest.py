"""A cloud that is asked through the real doors and answers what the test says."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from unittest.mock import create_autospec

import pytest
from django import forms

from clusters import access, gateway, inventory
from clusters.access import CONSOLE, OPERATE, PROVISION, VIEW
from clusters.gateway import CloudError
from clusters.inventory import Source
from compute.servers import resource
from compute.servers.models import Server
from opsys.kit.declare.action import Action, Shown
from opsys.kit.forms.form import ActionForm

OPERATOR = [VIEW, OPERATE, PROVISION, CONSOLE]


@dataclass
class FakeCloud:
    """`errors` are raised for a cluster's name or a server's cloud id. `did` holds what ran, `looked` which rows were
    read again, both as cloud ids; `calls` the clusters that were spoken with."""

    errors: dict[str, Exception] = field(default_factory=dict)
    did: list[str] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    now: dict[str, str] = field(default_factory=dict)

    def run(self, conn, cloud_id: str, **params) -> None:
        assert conn == "connection"
        if error := self.errors.get(cloud_id):
            raise error
        self.did.append(cloud_id)

    def fetch_one(self, conn, cloud_id: str) -> dict:
        self.looked.append(cloud_id)
        return {"cloud_id": cloud_id, "name": "fresh", "status": self.now.get(cloud_id, "SHUTOFF"), "data": {}}

    @contextmanager
    def call(self, cluster, *, credential=None, seconds=None, project=""):
        self.calls.append(cluster.name)
        if error := self.errors.get(cluster.name):
            raise error
        yield SimpleNamespace(conn="connection", request_id="req-cloud", global_request_id="req-ours")


@pytest.fixture
def cloud(monkeypatch) -> FakeCloud:
    fake = FakeCloud()
    monkeypatch.setattr(gateway, "call", create_autospec(gateway.call, side_effect=fake.call))
    monkeypatch.setitem(inventory.SOURCES, Server, Source("compute", None, fake.fetch_one))
    return fake


@pytest.fixture
def operator(cluster, make_user):
    return make_user("olga", {cluster: OPERATOR})


@pytest.fixture
def viewer(cluster, make_user):
    return make_user("vera", {cluster: [VIEW]})


@pytest.fixture
def as_operator(client, operator):
    client.force_login(operator)
    return client


@pytest.fixture
def as_viewer(client, viewer):
    client.force_login(viewer)
    return client


class MakeForm(ActionForm):
    name = forms.CharField(max_length=20)
    count = forms.IntegerField(min_value=1, max_value=9, initial=1)

    def requests(self):
        name, count = self.cleaned_data["name"], self.cleaned_data["count"]
        return (
            [(f"{name}-{n}", {"name": f"{name}-{n}"}) for n in range(1, count + 1)]
            if count > 1
            else [(name, {"name": name})]
        )


@pytest.fixture
def made(cloud):
    """What the cloud was asked to make. It gives `id-NAME`, and refuses what is called bad."""
    names = []

    def run(conn, *, name):
        if name.startswith("bad"):
            raise CloudError("quota", cluster="east", request_id="req-bad")
        names.append(name)
        return {"id": f"id-{name}", "key": "very private"}

    make = Action(
        "make",
        "Make",
        run,
        permission=access.PROVISION,
        scope="cluster",
        form=MakeForm,
        shows=lambda returned: Shown("Key", returned["key"], "secret", "key.pem"),
        command=lambda cluster, name: ["server", "create", name],
    )
    kept = resource.SERVERS.actions
    object.__setattr__(resource.SERVERS, "actions", (*kept, make))
    yield names
    object.__setattr__(resource.SERVERS, "actions", kept)
