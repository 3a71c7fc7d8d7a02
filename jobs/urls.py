from django.urls import include, path

from jobs import listing
from jobs.emptying import pages as emptying

app_name = "jobs"
urlpatterns = [
    path("", listing.list_page, name="list"),
    path("tray/", listing.tray, name="tray"),
    path("schedules/", include("jobs.schedules.urls")),
    path("empty-host/<int:pk>/", emptying.page, name="empty-host"),
    path("<int:pk>/", listing.item_page, name="item"),
    path("<int:pk>/cancel/", listing.cancel, name="cancel"),
    path("<int:pk>/retry/", listing.retry, name="retry"),
    path("<int:pk>/result.csv", listing.result, name="result"),
]
