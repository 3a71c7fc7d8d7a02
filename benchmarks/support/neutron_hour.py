"""`python -m benchmarks.support.neutron_hour PORTS RULES`: an hour in which nobody looks, by a clock put forward.

The timetable and the readings are the platform's own, over HTTP, of a stand-in that pages and filters as Neutron does
and whose resources are copies of those in neutron_answers.json, as a real one told them. Prints the requests that
Neutron got in that hour by path, as JSON, and how many of the first reading there were before.
"""

import json
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import django
import time_machine

BEFORE, STEP, HOUR = 900, 2, 3600
FEW = {"networks": 300, "subnets": 300, "routers": 200, "floatingips": 800, "security-groups": 400, "agents": 60}
PREFIX = "/network/v2.0"


class Collection:
    """One list of Neutron's: `limit`, `marker`, `fields` and `id` as its API has them."""

    def __init__(self, path: str, one: dict[str, Any], count: int) -> None:
        self.key = path.replace("-", "_")
        self.rows = [{**one, "id": str(UUID(int=number))} for number in range(1, count + 1)]
        self.places = {row["id"]: place for place, row in enumerate(self.rows)}

    def __call__(self, handler) -> Any:
        from tests.wire import as_json  # noqa: PLC0415 (needs what the settings say)

        asked = parse_qs(urlsplit(handler.path).query)
        rows = [self.rows[self.places[one]] for one in asked["id"]] if "id" in asked else self.rows
        start = self.places[asked["marker"][0]] + 1 if "marker" in asked else 0
        limit = int(asked["limit"][0])
        page = rows[start : start + limit]
        if fields := asked.get("fields"):
            page = [{name: row[name] for name in fields if name in row} for row in page]
        body: dict[str, Any] = {self.key: page}
        if len(page) == limit and start + limit < len(rows):
            body[f"{self.key}_links"] = [{"rel": "next", "href": f"http://neutron/?marker={page[-1]['id']}"}]
        return as_json(200, body)


def main() -> None:
    ports, rules = map(int, sys.argv[1:])
    django.setup()
    from django.core.management import call_command  # noqa: PLC0415 (Django is ready from here on)

    from clusters import inventory  # noqa: PLC0415
    from clusters.models import Cluster, Credential  # noqa: PLC0415
    from clusters.tasks import dispatch_due  # noqa: PLC0415
    from opsys.celery import app  # noqa: PLC0415
    from tests.wire import FakeCloud, as_json, serving  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    app.conf.task_always_eager = True
    for model in [model for model, source in inventory.SOURCES.items() if source.service != "network"]:
        del inventory.SOURCES[model]
    told = json.loads(Path(__file__).with_name("neutron_answers.json").read_text())
    counts = {**FEW, "ports": ports, "security-group-rules": rules}
    answers: dict[str, Any] = {
        f"GET {PREFIX}/{path}": Collection(path, told[path], count) for path, count in counts.items()
    }
    answers[f"GET {PREFIX}/network-ip-availabilities"] = as_json(200, {"network_ip_availabilities": []})
    for path in ("policies", "address-groups", "subnetpools", "address-scopes", "rbac-policies", "trunks"):
        place = "qos/policies" if path == "policies" else path
        answers[f"GET {PREFIX}/{place}"] = as_json(200, {path.replace("-", "_"): []})
    with serving(FakeCloud(answers=answers)) as cloud, time_machine.travel(django.utils.timezone.now()) as clock:
        cluster = Cluster.objects.create(name="east", auth_url=cloud.auth_url)
        Credential.objects.create(cluster=cluster, username="u", secret="right", project_name="p")
        for _step in range(0, BEFORE, STEP):
            dispatch_due()
            clock.shift(timedelta(seconds=STEP))
        first = len(_asked(cloud))
        for _step in range(0, HOUR, STEP):
            dispatch_due()
            clock.shift(timedelta(seconds=STEP))
        hour = Counter(_asked(cloud)[first:])
    known = {model.__name__: model.objects.filter(gone_at=None).count() for model in inventory.SOURCES}
    print(json.dumps({"first": first, "hour": hour, "known": known}))


def _asked(cloud) -> list[str]:
    return [path.partition("?")[0].removeprefix(PREFIX) for _method, path, *_rest in cloud.seen if "/network" in path]


if __name__ == "__main__":
    main()
