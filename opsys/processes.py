"""The processes the platform is made of, and the command line of each."""

import sys

from django.conf import settings

PROCESSES = ("web", "worker", "beat")
# Only where a cluster has a message broker.
LISTEN = "listen"
# What workers tell each other is of no use to us: leases and locks are in the database.
ALONE = ("--without-gossip", "--without-mingle", "--without-heartbeat")


def command_of(name: str, *, bind: str = "127.0.0.1", port: int = 8000, concurrency: int = 16) -> list[str]:
    """How to start one of `PROCESSES`, or `LISTEN`, with the interpreter that runs now."""
    python = [sys.executable, "-m"]
    celery = [*python, "celery", "--quiet", "--app", "opsys"]
    return {
        "web": [*python, "daphne", "--bind", bind, "--port", str(port), "--verbosity", "0", "opsys.asgi:application"],
        # Threads, because a worker waits for clouds and hardly computes.
        "worker": [
            *(*celery, "worker", "--pool", "threads", "--concurrency", str(concurrency), "--loglevel", "WARNING"),
            *ALONE,
        ],
        "beat": [*celery, "beat", "--schedule", str(settings.VAR / "beat-schedule"), "--loglevel", "WARNING"],
        LISTEN: [sys.executable, str(settings.BASE_DIR / "manage.py"), "listen"],
    }[name]
