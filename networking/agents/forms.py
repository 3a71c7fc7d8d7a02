"""What is asked for when routers and networks are given to agents, taken from them, and moved."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from clusters import gateway
from clusters.gateway import CloudError
from networking.agents import cloud
from networking.agents.models import DHCP, L3
from opsys.kit.forms.choices import ResourceField, ResourcesField
from opsys.kit.forms.form import ActionForm

NETWORK, ROUTER = "networking.network", "networking.router"


class OnAgent(ActionForm):
    """Knows what the agent has, by asking the cloud once: it changes without anything being told of it."""

    read: Callable[[Any, str], list[str]]

    @cached_property
    def hosted(self) -> list[str]:
        if self.target is None or self.cluster is None:
            return []
        try:
            with gateway.call(self.cluster) as call:
                return type(self).read(call.conn, self.target.cloud_id)
        except CloudError:
            return []


def _here(rows: QuerySet, form: OnAgent) -> QuerySet:
    return rows.filter(cloud_id__in=form.hosted)


def _not_here(rows: QuerySet, form: OnAgent) -> QuerySet:
    return rows.exclude(cloud_id__in=form.hosted)


def _other(kind: str) -> Callable[[QuerySet, ActionForm], QuerySet]:
    """Agents of this type that could take something."""

    def others(rows: QuerySet, form: ActionForm) -> QuerySet:
        usable = rows.filter(agent_type=kind, admin_state_up=True, status="UP")
        return usable.exclude(pk__in=[target.pk for target in form.targets])

    return others


class WithNetworks(OnAgent):
    read = staticmethod(cloud.networks_on)


class WithRouters(OnAgent):
    read = staticmethod(cloud.routers_on)


class AddNetworkForm(WithNetworks):
    network = ResourceField(NETWORK, label=gettext_lazy("Network"), only=_not_here)


class RemoveNetworkForm(WithNetworks):
    network = ResourceField(NETWORK, label=gettext_lazy("Network"), only=_here)


class MoveNetworksForm(WithNetworks):
    networks = ResourcesField(NETWORK, label=gettext_lazy("Networks"), only=_here)
    agent = ResourceField("networking.networkagent", label=gettext_lazy("To agent"), only=_other(DHCP))


class AddRouterForm(WithRouters):
    router = ResourceField(
        ROUTER,
        label=gettext_lazy("Router"),
        only=_not_here,
        help_text=gettext_lazy("One that no agent has; a highly available one may be on several."),
    )


class RemoveRouterForm(WithRouters):
    router = ResourceField(ROUTER, label=gettext_lazy("Router"), only=_here)


class MoveRoutersForm(WithRouters):
    routers = ResourcesField(
        ROUTER,
        label=gettext_lazy("Routers"),
        only=_here,
        help_text=gettext_lazy("Their traffic stops for the seconds in which the other agent takes over."),
    )
    agent = ResourceField("networking.networkagent", label=gettext_lazy("To agent"), only=_other(L3))
