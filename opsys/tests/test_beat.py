"""Beat's scheduler does no more than it must."""

import time

from opsys.beat import FixedScheduler
from opsys.celery import app


def test_a_second_takes_few_ticks(tmp_path, monkeypatch):
    scheduler = FixedScheduler(app, schedule_filename=str(tmp_path / "schedule"))
    sent, ticks = [], 0
    monkeypatch.setattr(scheduler, "apply_async", lambda entry, **options: sent.append(entry.name))
    until = time.monotonic() + 3.5
    while time.monotonic() < until:
        ticks += 1
        time.sleep(max(0, min(scheduler.tick(), 0.5)))
    scheduler.close()
    assert 2 <= sent.count("look") <= 4
    # Without a pause it would be thousands.
    assert ticks < 40
