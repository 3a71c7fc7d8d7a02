"""Beat's scheduler, for a schedule that does not change while beat runs."""

from celery.beat import PersistentScheduler


class FixedScheduler(PersistentScheduler):
    """Celery's own compares all entries with those of the last tick before it sends anything: with a task a second
    that is a third of beat's CPU time."""

    def schedules_equal(self, old_schedules, new_schedules) -> bool:
        return True
