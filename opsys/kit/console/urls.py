"""The addresses of every registered type and page, one namespace per app: /compute/servers/east/ID/."""

from functools import partial
from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from opsys.kit.console import acting, creating, detail, exporting, filtering, keeping, listing, panels, protecting
from opsys.kit.declare import register
from opsys.kit.declare.page import pages
from opsys.kit.declare.resource import Resource


def console_urls() -> list[URLResolver]:
    apps: dict[str, list[URLPattern | URLResolver]] = {}
    for resource in register.resources():
        apps.setdefault(resource.app, []).extend(_resource_urls(resource))
    for page in pages():
        apps.setdefault(page.app, []).insert(0, path(f"{page.slug}/", include(list(page.urls))))
    return [path(f"{app}/", include((patterns, app), namespace=app)) for app, patterns in apps.items()]


def _resource_urls(resource: Resource) -> list[URLPattern | URLResolver]:
    slug = resource.slug

    def read(view):
        return partial(require_GET(view), resource=resource)

    def write(view):
        return partial(require_http_methods(["GET", "POST"])(view), resource=resource)

    def ask(view):
        return partial(require_POST(view), resource=resource)

    return [
        *_own_urls(resource),
        path(f"{slug}/", read(listing.list_page), name=slug),
        path(f"{slug}/count/", read(listing.exact_count), name=f"{slug}-count"),
        path(f"{slug}/freshness/", read(listing.freshness_chips), name=f"{slug}-freshness"),
        path(f"{slug}/values/<slug:name>/", read(filtering.values), name=f"{slug}-values"),
        path(f"{slug}/export/", read(exporting.export_list), name=f"{slug}-export"),
        path(f"{slug}/columns/", write(keeping.columns_dialog), name=f"{slug}-columns"),
        path(f"{slug}/view/", write(keeping.view_dialog), name=f"{slug}-view"),
        path(f"{slug}/menu/<int:pk>/", read(detail.row_menu), name=f"{slug}-menu"),
        path(f"{slug}/protect/<int:pk>/", ask(protecting.protect), name=f"{slug}-protect"),
        path(f"{slug}/do/<slug:name>/", write(acting.act), name=f"{slug}-action"),
        path(f"{slug}/do/<slug:name>/command/", ask(acting.command), name=f"{slug}-action-command"),
        path(f"{slug}/new/<slug:name>/", write(creating.new), name=f"{slug}-new"),
        path(f"{slug}/new/<slug:name>/command/", ask(creating.command), name=f"{slug}-new-command"),
        path(f"{slug}/<str:cluster>/<str:cloud_id>/panel/<slug:name>/", read(panels.panel), name=f"{slug}-panel"),
        path(f"{slug}/<str:cluster>/<str:cloud_id>/", read(detail.detail_page), name=f"{slug}-item"),
    ]


def _own_urls(resource: Resource) -> list[URLResolver]:
    """What no action can express, such as a streamed upload: the room's own `urls` module, if it has one."""
    module = f"{resource.room}.urls"
    if find_spec(module) is None:
        return []
    return [path(f"{resource.slug}/", include(import_module(module).urlpatterns))]
