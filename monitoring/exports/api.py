"""The addresses other tools ask. All take the filters of the list of servers."""

from collections.abc import Callable, Iterable
from typing import Any

from django.http import HttpResponse, JsonResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from audit.acting import Actor
from audit.noting import note
from monitoring.exports.ansible import inventory
from monitoring.exports.hosts import BadFilter, Host, hosts
from monitoring.exports.netbox import netbox_csv
from monitoring.exports.prometheus import targets
from monitoring.exports.ssh_config import ssh_config
from opsys.kit.api.export import AnyFormat

FILTERS = [
    OpenApiParameter("q", str),
    *(OpenApiParameter(name, str, many=True) for name in ("cluster", "status", "project", "flavor")),
    OpenApiParameter("group", str),
]
NODE_EXPORTER = 9100


def export(name: str, user, actor: Actor, make: Callable[[Iterable[Host]], Any], params) -> Any:
    """The servers this user may see, in another tool's form. That they left stands in the audit, before they do."""
    note(
        actor,
        f"monitoring.servers.{name}",
        resource="compute.server",
        params={"query": dict(params.lists())},
    )
    return make(hosts(params, user=user))


class _Servers(APIView):
    content_negotiation_class = AnyFormat

    def export(self, request: Request, name: str, make: Callable[[Iterable[Host]], Any]) -> Any:
        # What is read every minute by a program fills no audit.
        actor = Actor.of_request(request)
        try:
            if name == "prometheus":
                return make(hosts(request.GET, user=request.user))
            return export(name, request.user, actor, make, request.GET)
        except BadFilter as error:
            raise serializers.ValidationError(error.errors) from None


class AnsibleInventory(_Servers):
    """What `ansible-inventory --list` expects of an inventory script."""

    @extend_schema(operation_id="monitoring_servers_ansible", parameters=FILTERS, responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> HttpResponse:
        return JsonResponse(self.export(request, "ansible", inventory))


class PrometheusTargets(_Servers):
    """For `http_sd_configs`: the servers that run, at `?port=` (9100)."""

    @extend_schema(
        operation_id="monitoring_servers_prometheus",
        parameters=[*FILTERS, OpenApiParameter("port", int)],
        responses={200: {"type": "array", "items": {"type": "object"}}},
    )
    def get(self, request: Request) -> HttpResponse:
        port = request.GET.get("port", str(NODE_EXPORTER))
        if not port.isdecimal() or not 0 < int(port) < 65536:
            raise serializers.ValidationError({"port": ["A number from 1 to 65535."]})
        found = self.export(request, "prometheus", lambda some: list(targets(some, int(port))))
        return JsonResponse(found, safe=False)


class SshConfig(_Servers):
    @extend_schema(
        operation_id="monitoring_servers_ssh_config",
        parameters=FILTERS,
        responses={(200, "text/plain"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        text = self.export(request, "ssh-config", lambda some: "".join(ssh_config(some)))
        return HttpResponse(text, content_type="text/plain; charset=utf-8")


class NetboxCsv(_Servers):
    @extend_schema(
        operation_id="monitoring_servers_netbox",
        parameters=FILTERS,
        responses={(200, "text/csv"): OpenApiTypes.STR},
    )
    def get(self, request: Request) -> HttpResponse:
        text = self.export(request, "netbox", lambda some: "".join(netbox_csv(some)))
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="virtual-machines.csv"'
        return answer
