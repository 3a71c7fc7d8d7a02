from django.urls import path

from audit.listing import list_page

app_name = "audit"
urlpatterns = [path("", list_page, name="list")]
