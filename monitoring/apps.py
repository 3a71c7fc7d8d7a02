from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "monitoring"
    verbose_name = _("Monitoring")

    def ready(self):
        from monitoring.charts import page, panels  # noqa: F401 - the page adds itself
        from monitoring.forecast import page as _what_if  # noqa: F401 - likewise
        from monitoring.usage import page as _usage  # noqa: F401 - it adds its report

        panels.add_panels()
