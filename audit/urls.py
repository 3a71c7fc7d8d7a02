from django.urls import path

from audit.listing import action_values, event_page, exact_count, list_page

app_name = "audit"
urlpatterns = [
    path("", list_page, name="list"),
    path("count/", exact_count, name="count"),
    path("values/action/", action_values, name="values"),
    path("<int:pk>/", event_page, name="event"),
]
