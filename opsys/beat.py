"""Beat's scheduler, for a schedule that does not change while beat runs."""

from celery.beat import PersistentScheduler


class FixedScheduler(PersistentScheduler):
    """Celery's own compares all entries before each task, and wakes ten milliseconds early to ask without a pause
    until the task is due: with a task a second that is most of beat's CPU time."""

    def schedules_equal(self, old_schedules, new_schedules) -> bool:
        return True

    def adjust(self, n, drift=0):
        return n
