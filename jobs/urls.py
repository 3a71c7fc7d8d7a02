from django.urls import include, path

from jobs import listing

app_name = "jobs"
urlpatterns = [
    path("", listing.list_page, name="list"),
    path("tray/", listing.tray, name="tray"),
    path("schedules/", include("jobs.schedules.urls")),
    path("<int:pk>/", listing.item_page, name="item"),
    path("<int:pk>/cancel/", listing.cancel, name="cancel"),
    path("<int:pk>/retry/", listing.retry, name="retry"),
    path("<int:pk>/result.csv", listing.result, name="result"),
]
