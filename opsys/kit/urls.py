"""The addresses of every registered type, one namespace per app: /compute/servers/, /compute/servers/east/ID/."""

from functools import partial

from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_GET, require_http_methods

from opsys.kit import register
from opsys.kit.resource import Resource
from opsys.kit.views import acting, detail, listing


def console_urls() -> list[URLResolver]:
    apps: dict[str, list[URLPattern]] = {}
    for resource in register.resources():
        apps.setdefault(resource.app, []).extend(_resource_urls(resource))
    return [path(f"{app}/", include((patterns, app), namespace=app)) for app, patterns in apps.items()]


def _resource_urls(resource: Resource) -> list[URLPattern]:
    slug = resource.slug

    def read(view):
        return partial(require_GET(view), resource=resource)

    return [
        path(f"{slug}/", read(listing.list_page), name=slug),
        path(f"{slug}/count/", read(listing.exact_count), name=f"{slug}-count"),
        path(f"{slug}/freshness/", read(listing.freshness_chips), name=f"{slug}-freshness"),
        path(f"{slug}/menu/<int:pk>/", read(detail.row_menu), name=f"{slug}-menu"),
        path(
            f"{slug}/do/<slug:name>/",
            partial(require_http_methods(["GET", "POST"])(acting.act), resource=resource),
            name=f"{slug}-action",
        ),
        path(f"{slug}/<str:cluster>/<str:cloud_id>/", read(detail.detail_page), name=f"{slug}-item"),
    ]
