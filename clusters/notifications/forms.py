"""The form of a cluster's message broker: its password is written, never shown, and tried before it is stored."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusters.notifications.broker import try_out
from clusters.notifications.errors import BrokerError, sentence
from clusters.notifications.models import NotificationBroker


class NotificationBrokerForm(forms.ModelForm):
    new_secret = forms.CharField(
        label=_("Password"),
        required=False,
        strip=False,
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Stored encrypted and never shown again. Leave empty to keep the present one."),
    )
    test = forms.BooleanField(
        label=_("Test the connection before saving"), required=False, initial=True, help_text=_("Takes a few seconds.")
    )

    class Meta:
        model = NotificationBroker
        fields = ("cluster", "address", "new_secret", "exchanges", "topics", "test")

    def clean(self):
        cleaned = super().clean()
        secret = cleaned.get("new_secret")
        if not secret and not self.instance.pk:
            self.add_error("new_secret", _("A password is needed."))
        if self.errors:
            return cleaned
        if secret:
            self.instance.secret = secret
        if cleaned["test"]:
            self._post_clean()  # what was typed becomes the instance that is tested
            if not self.errors:
                self._test()
        return cleaned

    def _test(self) -> None:
        try:
            self.missing = try_out(self.instance)
        except BrokerError as error:
            told = sentence(error.code, error.detail, self.instance.cluster.name)
            raise ValidationError(told, code=error.code) from None
