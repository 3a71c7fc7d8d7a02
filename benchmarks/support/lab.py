"""The clouds that benchmarks measure against, and what stands beside the platform there: plain HTTP.

A lab of its own (default: in the temporary folder, 127.0.3.x; LAB_NETWORK and LAB_DATABASE_PORT say otherwise), so
that no other cloud is filled. It is left running with --keep, else stopped; either way the next run finds it.
"""

import argparse
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from benchmarks.support.figures import Failure, say
from lab import Cloud, Lab, LabError
from tests.platform import Platform


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--lab", type=Path, default=Path(tempfile.gettempdir()) / "opsys-benchmark-lab")
    parser.add_argument("--keep", action="store_true", help="leave the lab running")


@contextmanager
def running_lab(options: argparse.Namespace) -> Iterator[Lab]:
    """The clouds east and west. What goes wrong with them in the block is a `Failure`."""
    lab = Lab(
        root=options.lab,
        network=os.environ.get("LAB_NETWORK", "127.0.3"),
        database_port=int(os.environ.get("LAB_DATABASE_PORT", 13073)),
        report=lambda line, seconds: say(f"lab: {line} ({seconds:.0f} s)"),
    )
    try:
        lab.up(("east", "west"), 2, True)
        yield lab
    except LabError as error:
        raise Failure(f"The lab does not start: {error}") from error
    finally:
        if not options.keep:
            lab.down()


@contextmanager
def running_platform(lab: Lab) -> Iterator[Platform]:
    """Web, worker and beat, as people run them, with the lab's clouds registered and read."""
    with tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        platform = Platform(Path(folder))
        platform.manage("init-db", "--demo")
        for cloud in lab.clouds:
            platform.manage("add-cluster", cloud.name, "--from-clouds-yaml", str(lab.layout.clouds_yaml))
        platform.manage("sync-cluster", "--all")
        try:
            platform.start()
            yield platform
        finally:
            platform.stop()


def signed_in(cloud: Cloud, service: str) -> tuple[requests.Session, str]:
    """A session with a token of the cloud's administrator, and the service's public address."""
    session = requests.Session()
    user = {"name": cloud.username, "domain": {"name": cloud.user_domain}, "password": cloud.password}
    project = {"name": cloud.project_name, "domain": {"name": cloud.project_domain}}
    identity = {"methods": ["password"], "password": {"user": user}}
    body = {"auth": {"identity": identity, "scope": {"project": project}}}
    answer = session.post(f"{cloud.auth_url}/auth/tokens", json=body)
    answer.raise_for_status()
    entry = next(found for found in answer.json()["token"]["catalog"] if found["type"] == service)
    session.headers["X-Auth-Token"] = answer.headers["X-Subject-Token"]
    return session, next(end["url"] for end in entry["endpoints"] if end["interface"] == "public")


def pages(session: requests.Session, address: str, key: str, query: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    """A list of a service page by page, as each of them pages: `limit` in the query, a marker, a link to the next."""
    query = dict(query)
    while True:
        answer = session.get(address, params=query)
        answer.raise_for_status()
        found = answer.json()
        yield found[key]
        if not any(link["rel"] == "next" for link in found.get(f"{key}_links", [])):
            return
        query["marker"] = found[key][-1]["id"]


class Compute:
    """One cloud's servers with requests and a token: what anybody would write, the floor."""

    def __init__(self, cloud: Cloud, *, microversion: str = "") -> None:
        self.name = cloud.name
        self._session, self._address = signed_in(cloud, "compute")
        if microversion:
            self._session.headers["OpenStack-API-Version"] = f"compute {microversion}"

    def pages(self, size: int) -> Iterator[list[dict]]:
        """All servers of all projects."""
        query = {"limit": str(size), "all_tenants": "1"}
        return pages(self._session, f"{self._address}/servers/detail", "servers", query)

    def clones(self) -> dict[str, str]:
        """The states of the cloned servers, by id."""
        servers = self._get("/servers/detail", all_tenants="1", name="clone-")["servers"]
        return {server["id"]: server["status"] for server in servers}

    def status(self, cloud_id: str) -> str:
        return self._get(f"/servers/{cloud_id}")["server"]["status"]

    def rename(self, cloud_id: str, name: str) -> None:
        answer = self._session.put(f"{self._address}/servers/{cloud_id}", json={"server": {"name": name}})
        answer.raise_for_status()

    def act(self, cloud_id: str, action: str) -> None:
        answer = self._session.post(f"{self._address}/servers/{cloud_id}/action", json={f"os-{action}": None})
        answer.raise_for_status()

    def _get(self, path: str, **query: str) -> dict:
        answer = self._session.get(f"{self._address}{path}", params=query)
        answer.raise_for_status()
        return answer.json()
