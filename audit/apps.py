from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("Audit")

    def ready(self):
        from audit.receivers import admin_log, changes, exports, operations, signins

        for source in (operations, exports, signins, changes, admin_log):
            source.connect()
