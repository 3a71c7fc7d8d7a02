from django.urls import include, path

from jobs.api import JobCancel, JobDetail, JobList
from jobs.emptying.api import EmptyHostView

urlpatterns = [
    path("", JobList.as_view(), name="api-jobs"),
    path("schedules/", include("jobs.schedules.api_urls")),
    path("empty-host/<int:pk>/", EmptyHostView.as_view(), name="api-empty-host"),
    path("<int:pk>/", JobDetail.as_view(), name="api-job"),
    path("<int:pk>/cancel/", JobCancel.as_view(), name="api-job-cancel"),
]
