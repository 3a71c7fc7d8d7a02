from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = _("Jobs")

    def ready(self):
        from jobs import bulk, creating  # noqa: F401 - they register their kinds
        from jobs.emptying import kind  # noqa: F401 - likewise
        from jobs.findings import page  # noqa: F401 - it adds its report
        from jobs.schedules import retention, tasks  # noqa: F401 - a kind; a task Celery does not look for here
