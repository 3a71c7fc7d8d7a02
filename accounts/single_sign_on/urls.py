from django.urls import path

from accounts.single_sign_on import views
from accounts.single_sign_on.signing_out import signed_out
from opsys.settings.oidc import PROVIDER

urlpatterns = [
    path("", views.login, {"provider_id": PROVIDER}, name="openid_connect_login"),
    path("back/", views.callback, {"provider_id": PROVIDER}, name="openid_connect_callback"),
    path("signed-out/", signed_out, name="openid_connect_signed_out"),
]
