from django.urls import path

from jobs.schedules import api

urlpatterns = [
    path("", api.ScheduleList.as_view(), name="api-schedules"),
    path("<int:pk>/", api.ScheduleDetail.as_view(), name="api-schedule"),
    path("<int:pk>/switch/", api.ScheduleSwitch.as_view(), name="api-schedule-switch"),
    path("<int:pk>/run/", api.ScheduleRunNow.as_view(), name="api-schedule-run"),
    path("<int:pk>/runs/", api.ScheduleRuns.as_view(), name="api-schedule-runs"),
]
