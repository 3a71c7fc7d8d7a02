"""People, and what each of them was granted."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person or a script. A superuser is a platform admin; everybody else holds what their grants say."""

    must_change_password = models.BooleanField(
        _("must change the password"),
        default=False,
        help_text=_("Until then the account opens nothing but the page where the password is changed."),
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=63, blank=True)
