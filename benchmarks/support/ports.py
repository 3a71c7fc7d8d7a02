"""One cloud's ports with requests and a token, beside the platform."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from benchmarks.support.lab import pages, signed_in
from lab import Cloud


class Ports:
    def __init__(self, cloud: Cloud) -> None:
        session, address = signed_in(cloud, "network")
        self._session, self._address = session, f"{address.rstrip('/')}/v2.0/ports"

    def all(self, *fields: str) -> Iterator[dict[str, Any]]:
        """The ports of all projects, whole or with these fields alone."""
        query: dict[str, Any] = {"limit": "1000", "fields": fields}
        return chain.from_iterable(pages(self._session, self._address, "ports", query))

    def rename(self, cloud_id: str, name: str) -> None:
        self._session.put(f"{self._address}/{cloud_id}", json={"port": {"name": name}}).raise_for_status()

    def delete(self, cloud_id: str) -> None:
        self._session.delete(f"{self._address}/{cloud_id}").raise_for_status()
