from django.urls import path

from audit.api import EventList

app_name = "api-audit"
urlpatterns = [path("events/", EventList.as_view(), name="events")]
