from django.urls import path

from jobs.schedules import pages

urlpatterns = [
    path("", pages.list_page, name="schedules"),
    path("new/", pages.new, name="schedule-new"),
    path("preview/", pages.preview, name="schedule-preview"),
    path("matching/", pages.matching, name="schedule-matching"),
    path("<int:pk>/", pages.edit, name="schedule"),
    path("<int:pk>/delete/", pages.delete, name="schedule-delete"),
    path("<int:pk>/switch/", pages.switch, name="schedule-switch"),
    path("<int:pk>/run/", pages.run, name="schedule-run"),
]
