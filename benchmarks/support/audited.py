"""`python -m benchmarks.support.audited PROVED ROWS ROUNDS`: a platform with many events, measured from inside. Prints
one line of JSON."""

import json
import secrets
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from datetime import timedelta

import django
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.utils import timezone

BATCH = 2000
ACTIONS = ("server.start", "server.stop", "server.create", "server.delete", "server.resize", "volume.attach")
PEOPLE = [f"user-{n:03}" for n in range(200)]


def main() -> None:
    proved, rows, rounds = map(int, sys.argv[1:4])
    django.setup()
    call_command("migrate", verbosity=0)
    figures = proof(proved)
    fill(rows - proved)
    print(json.dumps(figures | {"searches": searches(rounds)}), flush=True)


def seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def event(n: int, at) -> "models.Model":
    from audit.models import Event  # noqa: PLC0415 - after django.setup()

    return Event(
        at=at,
        operation=uuid.uuid4(),
        username=PEOPLE[n * 7919 % len(PEOPLE)],
        via=("ui", "api", "cli")[n % 3],
        client="192.0.2.10",
        action=f"compute.{ACTIONS[n % len(ACTIONS)]}",
        phase=("done", "done", "done", "refused", "failed")[n % 5],
        resource="compute.server",
        cluster_name=f"europe-{n % 50:02}",
        cloud_id=str(uuid.UUID(int=n * 1_000_003)),
        name=f"web-{n % 20_000}",
        request_id=f"req-{uuid.UUID(int=n)}",
        params={"size": n % 9, "reason": "maintenance"},
        seconds=n % 100 / 7,
    )


def proof(count: int) -> dict:
    """Cost of one event, verification of `count`, before and after one of them is changed."""
    from audit.models import Event  # noqa: PLC0415
    from audit.proof import keys, tree  # noqa: PLC0415
    from audit.proof.facts import as_bytes  # noqa: PLC0415
    from audit.proof.verify import verify  # noqa: PLC0415

    now = timezone.now()
    writing = [seconds(event(n, now).save) for n in range(200)]
    made = [event(n, now - timedelta(minutes=count - n)) for n in range(count)]

    def authenticate(one) -> None:
        nonce = secrets.token_bytes(keys.NONCE_BYTES)
        one.authentication = nonce + keys.authenticate(nonce, as_bytes(one.facts()))

    authenticating = seconds(lambda: [authenticate(one) for one in made]) / count
    models.QuerySet(Event).bulk_create(made, batch_size=BATCH)
    appending = seconds(tree.append_all) / count
    checkpointing = seconds(tree.checkpoint_now)
    result = None

    def verifying() -> None:
        nonlocal result
        result = verify()

    took = seconds(verifying)
    models.QuerySet(Event).filter(pk=made[count // 2].pk or Event.objects.order_by("pk")[count // 2].pk).update(
        name="x"
    )
    return {
        "write_ms": statistics.median(writing) * 1000,
        "proof_ms": (authenticating + appending) * 1000 + checkpointing * 1000 / count,
        "verified": result.events / took,
        "findings": len(result.findings),
        "found": len(verify().findings),
    }


def fill(count: int) -> None:
    """More events, without proof: written as the table's own rows, older and older."""
    from audit.models import Event  # noqa: PLC0415

    now = timezone.now()
    for start in range(0, max(count, 0), BATCH):
        made = [event(n, now - timedelta(seconds=n)) for n in range(start, min(start + BATCH, count))]
        models.QuerySet(Event).bulk_create(made, batch_size=BATCH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE TABLE audit_event" if connection.vendor == "mysql" else "ANALYZE")


def searches(rounds: int) -> dict[str, float]:
    """Whole requests of the page and of the API, by what is looked for: median milliseconds."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    client = Client(headers={"host": "localhost"})
    client.force_login(get_user_model().objects.create_superuser("root", password=secrets.token_hex()))
    some = 123_457
    asked = {
        "newest": "",
        "user": f"?user={PEOPLE[7]}",
        "user who is nobody": "?user=nobody",
        "action": "?action=compute.server.delete",
        "part of an action": "?action=attach",
        "outcome": "?phase=refused",
        "time": f"?until={timezone.now() - timedelta(days=1):%Y-%m-%dT%H:%M}",
        "ID": f"?q={uuid.UUID(int=some * 1_000_003)}",
        "request ID": f"?q=req-{uuid.UUID(int=some)}",
        "name": "?q=web-12345",
        "text that is nowhere": "?q=nowhere",
    }
    found = {}
    for name, query in asked.items():
        if (status := client.get(f"/audit/{query}").status_code) != 200:
            raise SystemExit(f"/audit/{query} answered {status}")
        found[name] = (
            statistics.median(seconds(lambda q=query: client.get(f"/audit/{q}")) for _ in range(rounds)) * 1000
        )
    return found


if __name__ == "__main__":
    main()
