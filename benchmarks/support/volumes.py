"""One cloud's volumes with requests and a token, beside the platform."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from benchmarks.support.lab import pages, signed_in
from lab import Cloud


class Volumes:
    def __init__(self, cloud: Cloud) -> None:
        self._session, self._address = signed_in(cloud, "block-storage")
        self._session.headers["OpenStack-API-Version"] = "volume 3.70"

    def all(self) -> Iterator[dict[str, Any]]:
        """The names and ids of all projects' volumes."""
        query = {"limit": "1000", "all_tenants": "1"}
        return chain.from_iterable(pages(self._session, f"{self._address}/volumes", "volumes", query))

    def rename(self, cloud_id: str, name: str) -> None:
        answer = self._session.put(f"{self._address}/volumes/{cloud_id}", json={"volume": {"name": name}})
        answer.raise_for_status()

    def delete(self, cloud_id: str) -> None:
        self._session.delete(f"{self._address}/volumes/{cloud_id}").raise_for_status()
