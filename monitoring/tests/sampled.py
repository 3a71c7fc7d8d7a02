"""Samples for tests: figures written at moments as if they had been taken then."""

import time

from monitoring.samples import take, thin

MINUTE, HOUR, DAY = 60, 3600, 86400


def sample(cluster, figures, *, kind="", subject="", ago=0, every=MINUTE, now=None):
    """`figures` by name: one value, or values `every` so many seconds, the last of them `ago` seconds ago."""
    end = int(now or time.time()) - ago
    length = max(len(values) if isinstance(values, list) else 1 for values in figures.values())
    for place in range(length):
        at = end - (length - 1 - place) * every
        found = {
            (kind, subject, name): values[place] if isinstance(values, list) else values
            for name, values in figures.items()
        }
        take.write(at, {cluster.pk: found}, wide=bool(kind))


def thinned(now=None):
    thin.thin(int(now or time.time()))
