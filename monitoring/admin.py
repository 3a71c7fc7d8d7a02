"""Django admin of this app lives beside what it is about."""

from monitoring.alerts import admin  # noqa: F401
