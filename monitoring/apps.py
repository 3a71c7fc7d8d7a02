from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self):
        from monitoring.alerts import page as alerts_page  # noqa: F401 - its page
        from monitoring.alerts import tasks  # noqa: F401 - tasks Celery does not look for here
        from monitoring.changes import page as changes_page  # noqa: F401 - its page and panel
        from monitoring.changes import recording
        from monitoring.charts import page as charts_page  # noqa: F401 - likewise
        from monitoring.charts import panels
        from monitoring.exports import page as exports_page  # noqa: F401 - likewise
        from monitoring.forecast import page as what_if_page  # noqa: F401 - likewise
        from monitoring.mailing import tasks as mailing_tasks  # noqa: F401 - likewise
        from monitoring.usage import page as usage_page  # noqa: F401 - likewise

        panels.add_panels()
        recording.connect()
