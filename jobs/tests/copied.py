"""A cloud that makes copies by schedule, and the runs of one, night after night."""

from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from itertools import count

from django.utils import timezone

from clusters.gateway import CloudError
from jobs.kinds import Later
from jobs.models import Schedule
from jobs.schedules import snapshots
from jobs.schedules.running import run_now
from opsys.kit.declare import register

NIGHT = datetime(2026, 3, 28, 2, 30, tzinfo=UTC)
IMAGES = "storage.volume"
"""Stands for the images' room: the job knows no room, only what its type is called and that it has properties."""


class FakeCloud:
    """Makes images at once, with the properties that Nova gives them. `becomes` is what state they get to."""

    conn = request_id = global_request_id = ""

    def __init__(self):
        self.images, self.becomes, self.error, self.kept = {}, "active", None, {}
        self.asked, self.numbers = [], count()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def cloud_time(self, moment):
        return moment

    def snapshot(self, conn, cloud_id, *, name, metadata):
        self.asked.append((cloud_id, name))
        if self.error:
            raise self.error
        self.add(name, {"instance_uuid": cloud_id, **metadata}, self.becomes)

    def add(self, name, properties, status="active"):
        image_id = f"image-{next(self.numbers)}"
        row = {"cloud_id": image_id, "name": name, "status": status, "created_at": timezone.now()}
        self.images[image_id] = {**row, "data": {"properties": properties}}
        return image_id

    def delete(self, conn, cloud_id):
        del self.images[cloud_id]

    def fetch_one(self, conn, cloud_id):
        if cloud_id not in self.images:
            raise CloudError("not_found", cluster="east")
        return self.images[cloud_id]

    def changes(self, conn, since):
        yield [row for row in self.images.values() if row["created_at"] >= since]

    def names(self):
        return sorted(row["name"] for row in self.images.values())


def images():
    return register.get(IMAGES).model


def snapshot_of_servers():
    return {action.name: action for action in register.get("compute.server").actions}["snapshot"]


def make_schedule(owner, **fields):
    values = {"name": "nightly", "cron": "30 2 * * *", "kind": "snapshot", "query": "cluster=east&q=web", "keep": 2}
    values |= {"action": "snapshot"}
    return Schedule.objects.create(owner=owner, **{**values, **fields})


def begin(schedule):
    """The item that a run of it begins."""
    return run_now(Schedule.objects.get(pk=schedule.pk)).job.items.get()


def do(item):
    """What became of it, once the cloud is no longer busy with it."""
    while isinstance(outcome := look(item), Later):
        pass
    return outcome


def look(item):
    return snapshots.Snapshots().do(item.job, item)


def night(schedule, clock, days=1):
    """One run, a day after the one before."""
    outcome = do(begin(schedule))
    clock.shift(timedelta(days=days))
    return outcome


class Inline:
    """Does at once what a pool would: threads of a test do not see what it wrote."""

    def __init__(self, *args, **options):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False

    def submit(self, do, *args):
        future = Future()
        future.set_result(do(*args))
        return future
