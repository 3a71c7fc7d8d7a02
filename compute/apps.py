from django.utils.translation import gettext_lazy as _

from opsys.kit.apps import Domain, View


class ComputeConfig(Domain):
    name = "compute"
    verbose_name = _("Compute")
    rooms = (
        "servers",
        "images",
        "flavors",
        "keypairs",
        "server_groups",
        "hypervisors",
        "services",
        "aggregates",
    )
    views = (View(_("Instance snapshots"), "images", "kind=snapshot&kind=backup", "camera"),)
