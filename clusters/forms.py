"""One form for a cluster and its credential: they are tested together and stored together."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusters import health
from clusters.credentials import IDENTITY_FIELDS
from clusters.encrypted import KeyMissing
from clusters.models import Cluster, Credential
from clusters.registration import refuse_same_cloud

# Together they are a form of their own; here they stand beside the cluster's fields.
IdentityFields = type(
    "IdentityFields",
    (forms.Form,),
    forms.fields_for_model(
        Credential, IDENTITY_FIELDS, widgets={"username": forms.TextInput(attrs={"autocomplete": "off"})}
    ),
)


class ClusterForm(forms.ModelForm, IdentityFields):
    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Stored encrypted and never shown again. Leave empty to keep the present one."),
    )
    test = forms.BooleanField(
        label=_("Test the connection before saving"), required=False, initial=True, help_text=_("Takes a few seconds.")
    )

    again = forms.BooleanField(
        label=_("Add the same cloud again"),
        required=False,
        help_text=_("Only where a cloud that is registered already is to be listed twice on purpose."),
    )

    class Meta:
        model = Cluster
        fields = (
            "name",
            "description",
            "group",
            "environment",
            "enabled",
            "auth_url",
            "region",
            "interface",
            "verify_tls",
            "ca_certificate",
        )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Without its secret: a page must open, and a new one be taken, also when no key opens the old one.
        rows = Credential.objects.defer("secret").filter(cluster=self.instance) if self.instance.pk else None
        self.stored = rows.first() if rows is not None else None
        if self.stored:
            for name in IDENTITY_FIELDS:
                self.initial.setdefault(name, getattr(self.stored, name))
        else:
            self.fields["secret"].help_text = _("Stored encrypted and never shown again.")

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        if not cleaned["secret"] and not self.stored:
            self.add_error("secret", _("A new cluster needs a secret."))
        try:
            self.credential().clean()
        except ValidationError as error:
            self.add_error(None, error)
        if not self.errors and cleaned["test"] and cleaned["enabled"]:
            try:
                self._test()
            except KeyMissing as error:
                self.add_error("secret", str(error))
        return cleaned

    def _test(self) -> None:
        self._post_clean()  # what was typed becomes the instance that is tested
        if self.errors:
            return
        report = health.examine(self.instance, self.credential())
        if not report.ok:
            raise ValidationError(report.error, code=report.code)
        if self.instance.pk is None:
            refuse_same_cloud(self.instance, report.capabilities, again=self.cleaned_data["again"])
        self.instance.capabilities = report.capabilities

    def credential(self) -> Credential:
        """The credential as typed, not stored yet."""
        credential = self.stored or Credential()
        for name in IDENTITY_FIELDS:
            setattr(credential, name, self.cleaned_data[name])
        if secret := self.cleaned_data.get("secret"):
            credential.secret = secret
        return credential


class RotateForm(forms.Form):
    """A new secret for a cluster's credential, perhaps with the new ID that belongs to it. It is tried before it is
    stored; while the cloud does not take it the present one stays."""

    username = forms.CharField(
        label=_("User name or application credential ID"),
        max_length=255,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("A new application credential has a new ID."),
    )
    secret = forms.CharField(
        label=_("New secret"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Stored encrypted and never shown again."),
    )

    def __init__(self, cluster: Cluster, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.cluster = cluster
        self.credential = Credential.objects.defer("secret").get(cluster=cluster)
        self.fields["username"].initial = self.credential.username

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        self.credential.username, self.credential.secret = cleaned["username"], cleaned["secret"]
        try:
            self.credential.clean()
        except ValidationError as error:
            raise ValidationError(error.messages) from None
        self.report = health.examine(self.cluster, self.credential)
        if not self.report.ok:
            raise ValidationError(_("The present one stays. %(reason)s") % {"reason": self.report.error})
        return cleaned
