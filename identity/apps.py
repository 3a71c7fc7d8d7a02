from django.utils.translation import gettext_lazy as _

from opsys.kit.apps import Domain


class IdentityConfig(Domain):
    name = "identity"
    verbose_name = _("Identity")
    rooms = ("projects", "users", "quotas")
    pages = ("comparison",)
