"""A page that says how other tools are given our servers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from monitoring.exports import api
from opsys.kit.declare.page import Page, add_page


@require_GET
def tools_page(request: HttpRequest) -> HttpResponse:
    names = ("ansible", "prometheus", "ssh-config", "netbox")
    addresses = {name.replace("-", "_"): request.build_absolute_uri(reverse(f"api-servers-{name}")) for name in names}
    context = {"addresses": addresses, "host": request.get_host(), "scheme": request.scheme}
    return render(request, "monitoring/exports/page.html", context)


TOOLS = add_page(
    Page(
        app="monitoring",
        slug="tools",
        label=_("For your tools"),
        icon="plug",
        urls=[path("", tools_page, name="tools")],
        api_urls=[
            path("ansible/", api.AnsibleInventory.as_view(), name="api-servers-ansible"),
            path("prometheus/", api.PrometheusTargets.as_view(), name="api-servers-prometheus"),
            path("ssh-config/", api.SshConfig.as_view(), name="api-servers-ssh-config"),
            path("netbox/", api.NetboxCsv.as_view(), name="api-servers-netbox"),
        ],
    )
)
