"""A Nova whose servers move, and what tests of emptying ask of it and of the platform."""

import json
from dataclasses import dataclass, field

from clusters.sentences import as_data
from jobs import kinds, lifecycle
from jobs.models import Job
from tests.wire import FakeCloud, as_json

NOVA = "/compute/v2.1"
SEEN = {"synced_at": "2026-01-02T03:04:05Z", "digest": ""}


@dataclass
class Nova(FakeCloud):
    """Servers that move, a step further each time somebody looks."""

    servers: dict[str, dict] = field(default_factory=dict)
    gives_up: set[str] = field(default_factory=set)

    def answer(self, handler, body):
        parts = handler.path.partition("?")[0].removeprefix(f"{NOVA}/servers/").split("/")
        if handler.path.startswith(f"{NOVA}/servers/") and parts[0] in self.servers:
            server = self.servers[parts[0]]
            if handler.command == "POST":
                self._ask(server, json.loads(body))
                return as_json(202, {})
            self._step(server)
            return as_json(200, {"server": {key: value for key, value in server.items() if key != "next"}})
        return super().answer(handler, body)

    def _ask(self, server, body):
        after = {
            "os-migrateLive": {"status": "ACTIVE", "OS-EXT-SRV-ATTR:host": "cmp-2"},
            "migrate": {"status": "VERIFY_RESIZE", "OS-EXT-SRV-ATTR:host": "cmp-2"},
            "confirmResize": {"status": "SHUTOFF"},
            "evacuate": {"status": "SHUTOFF", "OS-EXT-SRV-ATTR:host": "cmp-2"},
            "unlock": {"locked": False, "locked_reason": None},
            "lock": {"locked": True},
        }[next(iter(body))]
        if next(iter(body)) in ("lock", "unlock"):
            server.update(after)  # Nova does these at once
            return
        if server.get("locked"):
            raise AssertionError("Nova moves no locked server")
        if server["id"] in self.gives_up:
            after = {}
        server["next"] = [{}, {**after, "OS-EXT-STS:task_state": None}]
        server["OS-EXT-STS:task_state"] = "migrating"

    def _step(self, server):
        if server.get("next"):
            server.update(server["next"].pop(0))


def asked(nova):
    """What Nova was asked to do, by server."""
    found = [
        (path.split("/")[-2], next(iter(json.loads(body))))
        for method, path, _headers, body in nova.seen
        if method == "POST" and path.endswith("/action")
    ]
    return sorted(found)


def start(client, hypervisor, **options):
    body = {"reason": "new disks", **options}
    return client.post(f"/api/v1/jobs/empty-host/{hypervisor.pk}/", body, content_type="application/json")


def carried_out():
    """The job's outcomes, by server."""
    job = Job.objects.get()
    found = {}
    for item in job.items.all():
        outcome = kinds.get(job.kind).do(job, item)
        found[item.name] = (outcome.status.value, outcome.code, outcome.reason)
    return found


def ended():
    """The job after a worker had it."""
    job = Job.objects.latest("pk")
    for item in job.items.all():
        outcome = kinds.get(job.kind).do(job, item)
        item.state, item.reason, item.code = outcome.status.value, outcome.reason, outcome.code
        item.said = as_data(outcome.reason)
        item.save()
    Job.objects.filter(pk=job.pk).update(token=job.token, state="running")
    lifecycle.finish(job)
    job.refresh_from_db()
    return job
