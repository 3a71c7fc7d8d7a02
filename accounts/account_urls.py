"""The addresses of signing in, by the names that allauth looks for. Those it has beyond these (sign-up, mail,
forgotten passwords) do not exist here."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as passkeys
from django.apps import apps
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.urls import include, path

from accounts.login import Login
from accounts.own import rights, sessions
from accounts.tokens import pages as tokens

urlpatterns = [
    path("login/", Login.as_view(), name="account_login"),
    path("logout/", login_not_required(LogoutView.as_view()), name="account_logout"),
    path("login/code/", second_factor.authenticate, name="mfa_authenticate"),
    path("login/passkey/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("again/password/", account.reauthenticate, name="account_reauthenticate"),
    path("again/code/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("again/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("second-factor/", second_factor.index, name="mfa_index"),
    path("second-factor/app/", totp.activate_totp, name="mfa_activate_totp"),
    path("second-factor/app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("second-factor/codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("second-factor/codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("second-factor/passkeys/add/", passkeys.add_webauthn, name="mfa_add_webauthn"),
    path("second-factor/passkeys/", second_factor.index, name="mfa_list_webauthn"),
    path("second-factor/passkeys/<int:pk>/remove/", passkeys.remove_webauthn, name="mfa_remove_webauthn"),
    path("sessions/", sessions.sessions_page, name="account_sessions"),
    path("sessions/end-others/", sessions.end_other_sessions, name="account_end_other_sessions"),
    path("sessions/<int:pk>/end/", sessions.end_session, name="account_end_session"),
    path("tokens/", tokens.tokens_page, name="account_tokens"),
    path("tokens/new/", tokens.NewToken.as_view(), name="account_token_new"),
    path("tokens/<str:key>/revoke/", tokens.revoke_token, name="account_token_revoke"),
    path("rights/", rights.own_rights, name="account_rights"),
    path("rights/all/", rights.rights, name="account_rights_matrix"),
    path("session/", sessions.remaining, name="account_session"),
    path("session/stay/", sessions.stay, name="account_stay"),
    path("session/back/", sessions.back, name="account_back"),
]
if apps.is_installed("allauth.socialaccount"):
    urlpatterns.append(path("single-sign-on/", include("accounts.single_sign_on.urls")))
