from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.decorators.http import require_GET
from django.views.i18n import set_language

from monitoring.home.page import home, pulse
from opsys.health import healthz, readyz
from opsys.kit.console.clusters import clusters_page
from opsys.kit.console.finding import find_page
from opsys.kit.console.urls import console_urls
from opsys.metrics import metrics

urlpatterns = [
    path("", home, name="home"),
    path("home/pulse/", pulse, name="home-pulse"),
    path("accounts/", include("accounts.account_urls")),
    path("accounts/", include("accounts.urls")),
    path("find/", require_GET(find_page), name="find"),
    path("clusters/", require_GET(clusters_page), name="clusters"),
    path("audit/", include("audit.urls")),
    path("jobs/", include("jobs.urls")),
    path("approvals/", include("opsys.kit.approvals.urls")),
    path("terminal/", include("terminal.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/auth/", include("accounts.api_urls")),
    path("api/v1/audit/", include("audit.api_urls")),
    path("api/v1/jobs/", include("jobs.api_urls")),
    path("api/v1/approvals/", include("opsys.kit.approvals.api_urls")),
    path("api/v1/", include("opsys.kit.api.urls")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("healthz", login_not_required(healthz), name="healthz"),
    path("metrics", login_not_required(metrics), name="metrics"),
    path("readyz", login_not_required(readyz), name="readyz"),
    *console_urls(),
]

handler404 = "opsys.kit.api.errors.page_not_found"
handler500 = "opsys.kit.api.errors.server_error"
