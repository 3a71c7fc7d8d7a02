"""Structured logs on standard error: readable lines on a terminal, JSON where `LOG_JSON` is set.

Values whose names speak of secrets are masked, whoever logs them.
"""

from collections.abc import MutableMapping
from typing import Any

import structlog

SECRET_WORDS = ("password", "secret", "token", "authorization", "cookie", "credential")


def _mask(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key in event:
        if any(word in key.lower() for word in SECRET_WORDS):
            event[key] = "***"
    return event


def configure(*, json: bool, level: str) -> dict[str, Any]:
    """Set structlog up and return Django's `LOGGING`: the standard library's loggers end in the same place."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _mask,
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    last = (
        structlog.processors.JSONRenderer()
        if json
        else structlog.dev.ConsoleRenderer(
            colors=False,
            # The richer formatter prints local variables, and with them secrets.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    if json:
        shared = [*shared, structlog.processors.format_exc_info]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": last,
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "structured"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "propagate": True, "level": level},
            "django.server": {"handlers": [], "propagate": True},
            # They tell every failed try, and the request with it; what failed is logged by us, once.
            "keystoneauth": {"level": "ERROR"},
            "openstack": {"level": "ERROR"},
            "urllib3": {"level": "ERROR"},
            # It logs what strangers send, with a traceback each; what failed is told by the session.
            "paramiko": {"level": "CRITICAL"},
        },
    }
