from monitoring.usage import admin  # noqa: F401
