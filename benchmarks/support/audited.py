"""`python -m benchmarks.support.audited PROVED ROWS ROUNDS`: a platform with many events, measured from inside. Prints
one line of JSON."""

import json
import re
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
CLUSTERS = 50
EVENT = re.compile(rb'href="/audit/\d+/')
FINDS_NOTHING = ("user who is nobody", "text that is nowhere")
UUID = "INSERT(INSERT(INSERT(INSERT(MD5(CONCAT('{of}', {n})), 9, 0, '-'), 14, 1, '-4'), 19, 1, '-a'), 24, 0, '-')"
# Two events of an operation follow one another: its beginning, and a second later its outcome. One operation in
# a thousand failed, of which one in ten in words of its own; one in 5,000 came by the administration, 40,000 a router.
FILL = f"""
INSERT INTO audit_event (at, operation, user_id, user_number, cluster_id, cluster_number, username, via, client,
 action, phase, resource, cluster_name, cloud_id, name, reason, error_code, request_id, global_request_id,
 params, seconds)
SELECT TIMESTAMPADD(SECOND, -2 * o - began, UTC_TIMESTAMP(6)), {UUID.format(of="operation", n="o")},
 {{user}} + o * 7919 MOD 200,
 {{user}} + o * 7919 MOD 200, {{cluster}} + o MOD {CLUSTERS}, {{cluster}} + o MOD {CLUSTERS},
 CONCAT('user-', LPAD(o * 7919 MOD 200, 3, '0')), IF(o MOD 5000 = 0, 'admin', ELT(1 + o MOD 3, 'ui', 'api', 'cli')),
 CONCAT('192.0.2.', o MOD 250), CONCAT('compute.', ELT(1 + o MOD 6, 'server.start', 'server.stop', 'server.create',
 'server.delete', 'server.resize', 'volume.attach')), IF(began, 'started', IF(o MOD 1000 = 7, 'failed',
 IF(o MOD 5 = 3, 'refused', 'done'))), IF(o MOD 40000 = 9, 'networking.router', 'compute.server'),
 CONCAT('europe-', LPAD(o MOD {CLUSTERS}, 2, '0')), {UUID.format(of="server", n="o MOD 200000")},
 CONCAT('web-', o MOD 200000), IF(began OR o MOD 1000 != 7, '', IF(o MOD 10000 = 7,
 CONCAT('No valid host was found for ', o), 'The cloud does not answer.')), IF(began OR o MOD 1000 != 7, '',
 IF(o MOD 10000 = 7, 'no_valid_host', 'unreachable')),
 IF(began, '', CONCAT('req-', {UUID.format(of="request", n="o")})),
 CONCAT('req-', {UUID.format(of="global", n="o")}), '{{{{"size": 1}}}}', n MOD 100 / 7
FROM (SELECT CAST(seq AS SIGNED) AS n, CAST(seq DIV 2 AS SIGNED) AS o, CAST(seq MOD 2 = 0 AS SIGNED) AS began
 FROM seq_2_to_{{count}}) AS numbers
"""


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
    """More events, without proof: the table's own rows, older and older."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    from clusters.models import Cluster  # noqa: PLC0415

    made = [Cluster(name=f"europe-{n:02}", auth_url="https://cloud.example:5000/v3") for n in range(CLUSTERS)]
    models.QuerySet(Cluster).bulk_create(made)
    get_user_model().objects.bulk_create(get_user_model()(username=name) for name in PEOPLE)
    user = get_user_model().objects.get(username=PEOPLE[0]).pk
    cluster = Cluster.objects.get(name="europe-00").pk
    with connection.cursor() as cursor:
        # Most indexes would be written at random, row by row: so afterwards, from the finished table. With the unique
        # hash, which has no part in searching, MariaDB would copy the table for it.
        cursor.execute("SHOW CREATE TABLE audit_event")
        lines = [line.strip(" ,") for line in cursor.fetchone()[1].splitlines()]
        later = [line for line in lines if line.startswith("KEY") and not re.search(r"\(`(user|cluster)_id`", line)]
        (unique,) = [line for line in lines if re.match(r"UNIQUE KEY.*\(`authentication`", line)]
        drops = ["DROP " + line.removeprefix("UNIQUE ").partition("(")[0] for line in (unique, *later)]
        cursor.execute(f"ALTER TABLE audit_event {', '.join(drops)}")
        cursor.execute(FILL.format(count=count, user=user, cluster=cluster))
        cursor.execute(f"ALTER TABLE audit_event ALGORITHM=INPLACE, {', '.join(f'ADD {line}' for line in later)}")
        cursor.execute("ANALYZE TABLE audit_event")


def searches(rounds: int) -> dict[str, float]:
    """Whole requests of the page, by what is looked for: median milliseconds. Each finds something but those that are
    named for finding nothing."""
    from django.contrib.auth import get_user_model  # noqa: PLC0415

    from audit.models import Event  # noqa: PLC0415

    client = Client(headers={"host": "localhost"})
    client.force_login(get_user_model().objects.create_superuser("root", password=secrets.token_hex()))
    one = Event.objects.filter(phase=Event.Phase.DONE, cluster_id__isnull=False).order_by("pk")[1000]
    asked = {
        "newest": "",
        "last page that is offered": "?page=20",
        "time": f"?until={timezone.now() - timedelta(days=20):%Y-%m-%dT%H:%M}",
        "user": f"?user={PEOPLE[7]}",
        "user who is nobody": "?user=nobody",
        "from where: often": "?via=api",
        "from where: seldom": "?via=admin",
        "address": "?client=192.0.2.17",
        "action": "?action=compute.server.delete",
        "part of an action": "?action=attach",
        "outcome: often": "?phase=refused",
        "outcome: seldom": "?phase=failed",
        "type: often": "?resource=compute.server",
        "type: seldom": "?resource=networking.router",
        "cluster": "?cluster=europe-07",
        "user on a cluster": f"?user={PEOPLE[3]}&cluster=europe-37",
        "outcome on a cluster": "?phase=failed&cluster=europe-07",
        "error code: often": "?error_code=unreachable",
        "error code: seldom": "?error_code=no_valid_host",
        "ID": f"?q={one.cloud_id}",
        "request ID": f"?q={one.request_id}",
        "global request ID": f"?q={one.global_request_id}",
        "operation": f"?q={one.operation}",
        "name": f"?q={one.name}",
        "beginning of a few names": f"?q={one.name[:-2]}",
        "beginning of all names": "?q=web",
        "user, as text": f"?q={PEOPLE[7]}",
        "cluster, as text": "?q=europe-07",
        "action, as text": "?q=attach",
        "reason": "?q=No+valid+host+was+found",
        "text that is nowhere": "?q=nowhere",
    }
    found = {}
    for name, query in asked.items():
        answer = client.get(f"/audit/{query}")
        if answer.status_code != 200 or bool(EVENT.search(answer.content)) == (name in FINDS_NOTHING):
            raise SystemExit(f"/audit/{query} answered {answer.status_code}, and not the rows that were looked for")
        found[name] = (
            statistics.median(seconds(lambda q=query: client.get(f"/audit/{q}")) for _ in range(rounds)) * 1000
        )
        print(f"{name}: {found[name]:.0f} ms", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    main()
