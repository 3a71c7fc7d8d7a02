"""One filled platform in a process of its own, asked for its pages over standard input and output.

`python -m benchmarks.support.console COUNT [list|find|two [TEXT]]` migrates the database of DATABASE_URL, fills it
with COUNT servers and prints "ready". For each line it then reads, it asks for every page of that set (in whose name
TEXT stands) once and prints one line of JSON: {page: {"ms": …, "queries": …, "busy": wall time per CPU time}}.
"""

import json
import sys
import time
from typing import Any

import django

PAGE = "/compute/servers/"
REGION = {"HX-Request": "true", "HX-Target": "region"}
# Page → address and headers. "few" are asked by somebody who holds FEW of the clusters, the others by one who
# holds all.
LIST: dict[str, tuple[str, dict[str, str]]] = {
    "page, active, newest first": (f"{PAGE}?status=ACTIVE&sort=-created", {}),
    "page, active, by name": (f"{PAGE}?status=ACTIVE&sort=name", {}),
    "page, active, by host": (f"{PAGE}?status=ACTIVE&sort=host", {}),
    "page": (PAGE, {}),
    "page, all columns": (f"{PAGE}?columns=all&status=ACTIVE&sort=-created", {}),
    "page, by cluster": (f"{PAGE}?sort=cluster", {}),
    "page, by flavor": (f"{PAGE}?sort=flavor", {}),
    "page, by status": (f"{PAGE}?sort=-status", {}),
    "page, errors, newest first": (f"{PAGE}?status=ERROR&sort=-created", {}),
    "page, one flavor, by name": (f"{PAGE}?flavor=g1.large&sort=name", {}),
    "page, one cluster, newest first": (f"{PAGE}?cluster=europe-01&sort=-created", {}),
    "part": (f"{PAGE}?status=ACTIVE&sort=-created", REGION),
    "freshness": (f"{PAGE}freshness/?status=ACTIVE&sort=-created", {"HX-Request": "true", "X-Poll": "1"}),
    "exact count": (f"{PAGE}count/?status=ACTIVE", {"HX-Request": "true"}),
    "search, many found": (f"{PAGE}?q=web-shop", {}),
    "search, none found": (f"{PAGE}?q=nowhere", {}),
    **{
        f"values, {name}": (f"{PAGE}values/{name}/", {"HX-Request": "true"})
        for name in ("status", "host", "flavor", "zone", "project", "image")
    },
    "values, host, some": (f"{PAGE}values/host/?find=compute-01", {"HX-Request": "true"}),
    "API, active, newest first": ("/api/v1/compute/servers/?status=ACTIVE&sort=-created", {}),
    "few: page, active, newest first": (f"{PAGE}?status=ACTIVE&sort=-created", {}),
    "few: page, active, by name": (f"{PAGE}?status=ACTIVE&sort=name", {}),
    "few: page, active, by host": (f"{PAGE}?status=ACTIVE&sort=host", {}),
    "few: page": (PAGE, {}),
    "few: page, all columns": (f"{PAGE}?columns=all&status=ACTIVE&sort=-created", {}),
    "few: page, errors, newest first": (f"{PAGE}?status=ERROR&sort=-created", {}),
    "few: freshness": (f"{PAGE}freshness/", {"HX-Request": "true", "X-Poll": "1"}),
    "few: search, none found": (f"{PAGE}?q=nowhere", {}),
}
# {…} is something of a server in the middle of the table.
OFFER = {"HX-Request": "true", "HX-Target": "found"}
FIND: dict[str, tuple[str, dict[str, str]]] = {
    "an ID": ("/find/?q={cloud_id}", OFFER),
    "the beginning of an ID": ("/find/?q={part}", OFFER),
    "an address": ("/find/?q={address}", OFFER),
    "a MAC": ("/find/?q={mac}", OFFER),
    "a name": ("/find/?q={name}", OFFER),
    "how many names begin": ("/find/?q=web", OFFER),
    "what stands in many names": ("/find/?q=shop", OFFER),
    "what is found nowhere": ("/find/?q=nowhere", OFFER),
    "its page, a name": ("/find/?q={name}", {}),
    "its page, in many names": ("/find/?q=shop", {}),
    "API, an address": ("/api/v1/find/?q={address}", {}),
    "few: an address": ("/find/?q={address}", OFFER),
}
# As large as the cloud on which Horizon was measured, twice.
TWO: dict[str, tuple[str, dict[str, str]]] = {
    "page, all columns": (f"{PAGE}?columns=all", {}),
    "page": (PAGE, {}),
}
SETS = {"list": LIST, "find": FIND, "two": TWO}


def serve(count: int, pages: str, only: str = "") -> None:
    from django.core.management import call_command  # noqa: PLC0415 (Django is ready from here on)
    from django.test import Client  # noqa: PLC0415

    import opsys.asgi  # noqa: PLC0415, F401 (what a web process loads, and how it collects garbage)
    from benchmarks.support.population import fill  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    people = fill(count, 2) if pages == "two" else fill(count)
    clients = {name: Client(SERVER_NAME="localhost") for name in people}
    for name, client in clients.items():
        client.force_login(people[name], backend="django.contrib.auth.backends.ModelBackend")
    facts = _facts()
    asked = {name: page for name, page in SETS[pages].items() if only in name}
    print("ready", flush=True)
    for _line in sys.stdin:
        measured = {}
        for name, (address, headers) in asked.items():
            client = clients["few" if name.startswith("few:") else "everything"]
            measured[name] = _measure(client, address.format(**facts), headers)
        print(json.dumps(measured), flush=True)


def _facts() -> dict[str, str]:
    from compute.servers.models import Server  # noqa: PLC0415

    rows = Server.objects.present().order_by("pk")
    server = rows[rows.count() // 2]
    address = {key: server.addresses[0][key] for key in ("address", "mac")}
    return {"cloud_id": server.cloud_id, "part": server.cloud_id[:9], "name": server.name, **address}


def _measure(client: Any, address: str, headers: dict[str, str]) -> dict[str, float]:
    from django.db import connection  # noqa: PLC0415

    queries = 0

    def count(execute, *arguments):
        nonlocal queries
        queries += 1
        return execute(*arguments)

    with connection.execute_wrapper(count):
        began, cpu = time.perf_counter(), time.process_time()
        response = client.get(address, headers=headers)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    if response.status_code != 200:
        raise SystemExit(f"{address} answered {response.status_code}")
    return {"ms": seconds * 1000, "queries": queries, "busy": seconds / cpu}


if __name__ == "__main__":
    django.setup()
    serve(int(sys.argv[1]), *sys.argv[2:] or ["list"])
