from django.utils.translation import gettext_lazy as _

from opsys.kit.apps import Domain


class NetworkingConfig(Domain):
    name = "networking"
    verbose_name = _("Networking")
    rooms = (
        "networks",
        "subnets",
        "ports",
        "routers",
        "floating_ips",
        "security_groups",
        "security_group_rules",
        "address_groups",
        "subnet_pools",
        "address_scopes",
        "rbac_policies",
        "qos_policies",
        "trunks",
        "agents",
    )
    pages = ("topology", "path", "exposure")
