"""The pages of alerts, and their place in the menu."""

from django.urls import path
from django.utils.translation import gettext_lazy as _

from monitoring.alerts import api, pages
from opsys.kit.declare.page import Page, add_page

ALERTS = add_page(
    Page(
        app="monitoring",
        slug="alerts",
        label=_("Alerts"),
        icon="bell",
        urls=[
            path("", pages.list_page, name="alerts"),
            path("rules/", pages.rules_page, name="alert-rules"),
            path("silences/", pages.silences_page, name="alert-silences"),
            path("silences/new/", pages.new_silence, name="alert-silence-new"),
            path("silences/<int:pk>/end/", pages.end_silence, name="alert-silence-end"),
            path("<int:pk>/", pages.alert_page, name="alert"),
            path("<int:pk>/acknowledge/", pages.acknowledge_alert, name="alert-acknowledge"),
        ],
        api_urls=[
            path("", api.AlertList.as_view(), name="api-alerts"),
            path("rules/", api.RuleList.as_view(), name="api-alert-rules"),
            path("rules/<int:pk>/", api.RuleDetail.as_view(), name="api-alert-rule"),
            path("silences/", api.SilenceList.as_view(), name="api-alert-silences"),
            path("silences/<int:pk>/", api.SilenceDetail.as_view(), name="api-alert-silence"),
            path("<int:pk>/", api.AlertDetail.as_view(), name="api-alert"),
            path("<int:pk>/acknowledge/", api.AlertAcknowledge.as_view(), name="api-alert-acknowledge"),
        ],
    )
)
