from importlib import import_module
from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from opsys.kit.api.clusters import ClusterDetail, ClusterList
from opsys.kit.api.creating import ResourceNew, ResourcePanel
from opsys.kit.api.export import ResourceExport
from opsys.kit.api.find import Find
from opsys.kit.api.protecting import ResourceProtect
from opsys.kit.api.views import Index, ResourceAction, ResourceDetail, ResourceList
from opsys.kit.declare import register
from opsys.kit.declare.page import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", Index.as_view(), name="api-index"),
    path("clusters/", ClusterList.as_view(), name="api-clusters"),
    path("clusters/<str:name>/", ClusterDetail.as_view(), name="api-cluster"),
    path("find/", Find.as_view(), name="api-find"),
    path("schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
]
urlpatterns += [path(f"{page.app}/{page.slug}/", include(list(page.api_urls))) for page in pages()]
for resource in register.resources():
    base = f"{resource.app}/{resource.slug}/"
    if find_spec(f"{resource.room}.api_urls"):
        own = import_module(f"{resource.room}.api_urls")
        urlpatterns.append(path(base, include(own.urlpatterns)))
    urlpatterns += [
        path(base, ResourceList.as_view(resource=resource), name=f"api-{resource.name}"),
        path(f"{base}export/", ResourceExport.as_view(resource=resource), name=f"api-{resource.name}-export"),
        path(f"{base}<int:pk>/", ResourceDetail.as_view(resource=resource), name=f"api-{resource.name}-item"),
        path(f"{base}new/<slug:name>/", ResourceNew.as_view(resource=resource), name=f"api-{resource.name}-new"),
        path(
            f"{base}<int:pk>/panels/<slug:name>/",
            ResourcePanel.as_view(resource=resource),
            name=f"api-{resource.name}-panel",
        ),
        path(
            f"{base}<int:pk>/protect/", ResourceProtect.as_view(resource=resource), name=f"api-{resource.name}-protect"
        ),
        path(f"{base}do/<slug:name>/", ResourceAction.as_view(resource=resource), name=f"api-{resource.name}-action"),
    ]
