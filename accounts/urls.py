from django.urls import path

from accounts.passwords import PasswordChange

app_name = "accounts"
urlpatterns = [path("password/", PasswordChange.as_view(), name="password-change")]
