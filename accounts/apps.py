from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts")

    def ready(self):
        from django.contrib.auth.signals import user_logged_in

        from accounts import grants, rights, sessions
        from accounts.second_factor import requirement, rotation
        from clusters.management.commands import rotate_secrets

        user_logged_in.connect(sessions.begin)
        grants.connect()
        rights.connect()
        requirement.connect(self)
        rotate_secrets.HELD_ELSEWHERE.append(rotation.rotate)
