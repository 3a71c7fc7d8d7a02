from django.urls import path

from accounts.api import TokenLogin, TokenLogout

app_name = "api-auth"
urlpatterns = [
    path("login/", TokenLogin.as_view(), name="login"),
    path("logout/", TokenLogout.as_view(), name="logout"),
]
