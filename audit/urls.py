from django.urls import path

from audit.listing import exact_count, list_page

app_name = "audit"
urlpatterns = [
    path("", list_page, name="list"),
    path("count/", exact_count, name="count"),
]
