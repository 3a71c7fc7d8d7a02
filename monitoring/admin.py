"""Django admin of this app lives beside what it is about."""

from monitoring.alerts import admin as alerts  # noqa: F401
from monitoring.loads import admin as loads  # noqa: F401
from monitoring.mailing import admin as mailing  # noqa: F401
from monitoring.usage import admin as usage  # noqa: F401
