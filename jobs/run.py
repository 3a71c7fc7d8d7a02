"""Running one job: clusters side by side, a few items of each at a time, failures that can pass tried again."""

import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor, wait
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, connections
from django.utils import timezone
from django.utils.translation import activate, override

from clusters import locks, sync
from clusters.gateway.errors import TRANSIENT, CloudError
from clusters.sentences import as_data
from clusters.sentences import gettext as _
from jobs import concurrency_limit, kinds, lifecycle, rate_limit
from jobs.kinds import Later
from jobs.models import Job, JobItem
from opsys.kit.declare.action import Outcome, Status

PAUSES = (2, 4, 8, 15, 30, 30, 60, 60, 60)
"""Seconds before each further try of an item whose failure can pass."""

SLOT_WAIT_SECONDS = 0.5
LARGEST = 1000

stopping = threading.Event()
"""Set when this process shuts down: running items are heard out, the rest is given back."""

log = structlog.get_logger()


class Run:
    """One worker's hold of one job, from taking it to letting it go."""

    def __init__(self, job: Job):
        self.job = job
        self.kind = kinds.get(job.kind)
        self.lost = threading.Event()
        self.holder = f"{job.pk}:{job.token}"
        self._said = 0.0

    def __call__(self) -> None:
        """Do what is left of the job. Ends early when the job is lost, cancelled or this process stops."""
        lanes, slots = self._lanes(), self._slots
        # A thread speaks the worker's language until it is told whose job this is.
        language = self.job.params.get("language", settings.LANGUAGE_CODE)
        with ThreadPoolExecutor(max(1, len(lanes) * slots), initializer=activate, initargs=(language,)) as pool:
            futures = [pool.submit(self._drain, lane) for lane in lanes for _slot in range(slots)]
            self._wait_for(futures)
            if self.job.cancel_requested:
                self._wait_for([pool.submit(self._hear_out, lanes)])
        with override(language):
            if not self.halted and (moments := [lane.next_look for lane in lanes if lane.next_look is not None]):
                lifecycle.put_aside(self.job, min(moments))
                return
            self.kind.rested(self.job)
            self._end()

    def _wait_for(self, futures: list[Future]) -> None:
        while wait(futures, timeout=0.5).not_done:
            self._keep_alive()
        for future in futures:
            future.result()

    @property
    def _slots(self) -> int:
        """Some jobs want fewer of their items at a time than a cluster would take."""
        return max(1, min(settings.JOB_ITEMS_PER_CLUSTER, self.job.params.get("at_once", LARGEST)))

    def _lanes(self) -> list["Lane"]:
        """Of each cluster so many items at most are under way at once, those that the cloud is busy with included."""
        lanes: dict[int | None, Lane] = {}
        for item in self.job.items.filter(state__in=JobItem.OPEN).select_related("cluster"):
            lanes.setdefault(item.cluster_id, Lane(item.cluster_id, self._slots)).add(item)
        return list(lanes.values())

    def _keep_alive(self) -> None:
        """Every second: say that we live, hear whether we are to stop."""
        now = time.monotonic()
        if now - self._said < 1:
            return
        self._said = now
        try:
            if not lifecycle.beat(self.job):
                self.lost.set()
            concurrency_limit.keep(self.holder)
            self.job.cancel_requested = Job.objects.filter(pk=self.job.pk, cancel_requested=True).exists()
        except DatabaseError:
            # Without the database nothing can be written down, so nothing more may be done.
            self.lost.set()

    @property
    def halted(self) -> bool:
        return self.lost.is_set() or stopping.is_set() or self.job.cancel_requested

    def _drain(self, lane: "Lane") -> None:
        """Do items of one cluster, one after the other, until there is none to be done now or the run is halted."""
        slot = None
        try:
            while not self.halted and lane.has_work:
                if slot is None and lane.cluster_id is not None:
                    slot = concurrency_limit.take(lane.cluster_id, self.holder)
                    if slot is None:
                        time.sleep(SLOT_WAIT_SECONDS)
                        continue
                if lane.wait(self) and (item := lane.next()) is not None:
                    self._do(item, lane)
        except DatabaseError as error:
            self._lose(error)
        finally:
            self._leave(slot)

    def _lose(self, error: DatabaseError) -> None:
        self.lost.set()
        log.warning("job_lost_database", job=self.job.pk, error=type(error).__name__)

    def _leave(self, slot: concurrency_limit.Slot | None) -> None:
        try:
            if slot is not None:
                concurrency_limit.free(slot)
        except DatabaseError:
            self.lost.set()  # the slot lapses by itself
        finally:
            connections.close_all()  # this thread's own

    def _do(self, item: JobItem, lane: "Lane") -> None:
        if wait := sync.seconds_to_wait(item.cluster_id, self.job.params.get("resource", "")):
            lane.pause(wait)
            lane.put_back(item)
            return
        if self.job.user is None:
            reason = _("The account that started it no longer exists.")
            self._note(item, lane, Outcome(Status.REFUSED, item.name, code="permission", reason=reason))
            return
        if item.look_at is not None:
            self._note(item, lane, self.kind.do(self.job, item))
            return
        uncertain = item.state == JobItem.State.RUNNING or item.attempts > 0
        item.state, item.attempts, item.asked_at = JobItem.State.RUNNING, item.attempts + 1, timezone.now()
        if not self._write(item, "state", "attempts", "asked_at"):
            return
        self._note(item, lane, self._outcome(item, uncertain=uncertain))

    def _note(self, item: JobItem, lane: "Lane", outcome: Outcome | Later) -> None:
        if isinstance(outcome, Later):
            item.look_at = timezone.now() + timedelta(seconds=outcome.seconds)
            item.reason, item.said, item.code = outcome.reason, as_data(outcome.reason), ""
            if self._write(item, "look_at", "reason", "said", "code"):
                lane.look_later(item)
            return
        item.look_at = None
        item.reason, item.code, item.request_id = outcome.reason, outcome.code, outcome.request_id
        item.said = as_data(outcome.reason)
        if is_tried_again(item, outcome):
            lane.pause(max(PAUSES[item.attempts - 1], _told_to_wait(outcome)))
            self._write(item, "reason", "said", "code", "look_at")
            lane.try_again(item)
            return
        lane.go_on()
        lane.done()
        item.state, item.finished_at = JobItem.State(outcome.status.value), timezone.now()
        item.seconds = round((item.finished_at - (item.asked_at or item.finished_at)).total_seconds(), 3)
        self._write(item, "state", "reason", "said", "code", "request_id", "finished_at", "seconds", "look_at")

    def _hear_out(self, lanes: list["Lane"]) -> None:
        """The job was cancelled. What the cloud is busy with is told so; of what was begun, by a worker that died or
        in a try that failed, it is found out whether it came through."""
        try:
            for lane in lanes:
                begun = [item for item in lane.items if item.state == JobItem.State.RUNNING]
                for item in [*lane.looks, *begun]:
                    if self.lost.is_set() or self.job.user is None:
                        return
                    self._hear(item, lane)
        except DatabaseError as error:
            self._lose(error)
        finally:
            connections.close_all()  # this thread's own

    def _hear(self, item: JobItem, lane: "Lane") -> None:
        outcome = self.kind.do(self.job, item) if item.look_at is not None else self._recalled(item)
        if isinstance(outcome, Outcome) and not _can_pass(outcome):
            self._note(item, lane, outcome)
        elif item.look_at is None and not item.reason:
            item.reason = _("The job was cancelled while this was being asked. Look whether it came through.")
            item.said = as_data(item.reason)
            self._write(item, "reason", "said")

    def _outcome(self, item: JobItem, *, uncertain: bool) -> Outcome | Later:
        """What became of the item. One that was begun before is not begun again before the cloud was looked at."""
        return (self._recalled(item) if uncertain else None) or self.kind.do(self.job, item)

    def _recalled(self, item: JobItem) -> Outcome | None:
        """What became of an item that was begun before; None if nobody knows of it. What the worker that died over it
        has is free then."""
        try:
            known = self.kind.recall(self.job, item)
        except CloudError as error:
            reason = error.with_time()
            known = Outcome(Status.FAILED, item.name, code=error.code, reason=reason, retry_at=error.until)
        locks.release_of_dead_worker(item.cluster_id, item.cloud_id, item.operation)
        return known

    def _write(self, item: JobItem, *names: str) -> bool:
        """Only while the job is ours: a worker that was taken for dead must not overwrite its successor, nor ask a
        cloud for anything more. Returns whether it was written."""
        values = {name: getattr(item, name) for name in names}
        written = JobItem.objects.filter(pk=item.pk, job__token=self.job.token).update(**values)
        if not written:
            self.lost.set()
        return bool(written)

    def _end(self) -> None:
        if self.lost.is_set():
            return
        left = self.job.items.filter(state__in=JobItem.OPEN)
        if self.job.cancel_requested:
            now = timezone.now()
            reason = _("The job was cancelled.")
            left.filter(reason="").update(reason=reason, said=as_data(reason))
            left.update(state=JobItem.State.CANCELLED, finished_at=now)
        if left.exists():
            lifecycle.give_back(self.job)
        else:
            lifecycle.finish(self.job)


def _can_pass(outcome: Outcome) -> bool:
    return outcome.status is Status.FAILED and outcome.code in TRANSIENT


def is_tried_again(item: JobItem, outcome: Outcome) -> bool:
    """Whether it failed by something that can pass, and has tries left."""
    return _can_pass(outcome) and item.attempts <= len(PAUSES)


def _told_to_wait(outcome: Outcome) -> float:
    return (outcome.retry_at - timezone.now()).total_seconds() if outcome.retry_at else 0


class Lane:
    """The items of one cluster: those to be begun, and those that the cloud is busy with, to be looked at again. While
    the cluster fails, the lane waits before it tries the next one."""

    def __init__(self, cluster_id: int | None, most: int = LARGEST):
        self.cluster_id, self.most = cluster_id, most
        self.items: deque[JobItem] = deque()
        self.looks: list[JobItem] = []
        self._under_way = 0
        self._lock = threading.Lock()
        self._not_before = 0.0

    def add(self, item: JobItem) -> None:
        if item.look_at is None:
            self.items.append(item)
        else:
            self.looks.append(item)
            self._under_way += 1

    @property
    def has_work(self) -> bool:
        """Whether there is an item that may be done now."""
        with self._lock:
            return self._due() is not None or bool(self.items and self._under_way < self.most)

    @property
    def next_look(self) -> datetime | None:
        with self._lock:
            return min((item.look_at for item in self.looks if item.look_at is not None), default=None)

    def next(self) -> JobItem | None:
        with self._lock:
            if (item := self._due()) is not None:
                self.looks.remove(item)
                return item
            if not self.items or self._under_way >= self.most:
                return None
            self._under_way += 1
            return self.items.popleft()

    def _due(self) -> JobItem | None:
        now = timezone.now()
        return next((item for item in self.looks if item.look_at is not None and item.look_at <= now), None)

    def put_back(self, item: JobItem) -> None:
        """It was not done."""
        with self._lock:
            if item.look_at is not None:
                self.looks.append(item)
            else:
                self._under_way -= 1
                self.items.appendleft(item)

    def try_again(self, item: JobItem) -> None:
        with self._lock:
            self._under_way -= 1
            self.items.append(item)

    def look_later(self, item: JobItem) -> None:
        with self._lock:
            self.looks.append(item)

    def done(self) -> None:
        with self._lock:
            self._under_way -= 1

    def pause(self, seconds: float) -> None:
        self._not_before = max(self._not_before, time.monotonic() + seconds)

    def go_on(self) -> None:
        self._not_before = 0.0

    def wait(self, run: Run) -> bool:
        """Until the lane may go on and it is our turn; False when the run was halted meanwhile."""
        turn = None
        while not run.halted:
            now = time.monotonic()
            if self._not_before <= now and turn is None:
                turn = now + rate_limit.wait_seconds(self.cluster_id)
            if (left := max(self._not_before, turn or 0) - now) <= 0:
                return True
            time.sleep(min(left, 0.2))
        return False
