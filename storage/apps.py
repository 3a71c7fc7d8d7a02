from django.utils.translation import gettext_lazy as _

from opsys.kit.apps import Domain


class StorageConfig(Domain):
    name = "storage"
    verbose_name = _("Storage")
    rooms = (
        "volumes",
        "snapshots",
        "backups",
        "transfers",
        "volume_types",
        "qos_specs",
        "services",
        "pools",
        "groups",
        "group_snapshots",
    )
