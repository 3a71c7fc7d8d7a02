from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self):
        from monitoring.changes import page as changes_page  # noqa: F401 - its page and panel
        from monitoring.changes import recording
        from monitoring.exports import page as exports_page  # noqa: F401 - likewise

        recording.connect()
        from monitoring.alerts import page, tasks  # noqa: F401 - its page; tasks Celery does not look for here
