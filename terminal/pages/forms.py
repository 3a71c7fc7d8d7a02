"""What people fill in. A secret that is stored is never put into a form: an empty field keeps it."""

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters import access
from clusters.models import Cluster
from terminal.errors import SshError
from terminal.models import Host, Snippet, SshCredential
from terminal.ssh import keys


def administered(user) -> Any:
    """The clusters whose hosts this user may write down."""
    held = access.held_by(user)
    return Cluster.objects.filter(pk__in=[pk for pk, names in held.items() if access.ADMINISTER in names])


class HostForm(forms.ModelForm):
    class Meta:
        model = Host
        fields = (
            "name",
            "description",
            "cluster",
            "address",
            "port",
            "username",
            "credential",
            "jump",
            "encoding",
            "legacy",
            "enabled",
        )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        clusters = administered(user)
        self.fields["cluster"].queryset = clusters
        self.fields["cluster"].required = not user.is_superuser
        shared = SshCredential.objects.visible_to(user).filter(owner=None)
        self.fields["credential"].queryset = shared
        self.fields["jump"].queryset = Host.objects.visible_to(user).filter(jump=None).exclude(pk=self.instance.pk)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        credential, cluster = cleaned.get("credential"), cleaned.get("cluster")
        if credential and not SshCredential.objects.usable_on(cluster).filter(pk=credential.pk).exists():
            self.add_error("credential", _("This credential is not for this cluster."))
        jump = cleaned.get("jump")
        if jump and jump.cluster_id not in (None, cluster.pk if cluster else None):
            self.add_error("jump", _("A jump host is of the same cluster, or of none."))
        return cleaned


class SecretArea(forms.Textarea):
    """Several lines that are not sent back, also not when the form is shown again with an error."""

    def format_value(self, value: Any) -> str:
        return ""


class CredentialForm(forms.ModelForm):
    """One's own credential."""

    secret = forms.CharField(
        label=gettext_lazy("Password or private key"),
        required=False,
        strip=False,
        widget=SecretArea(attrs={"rows": 5, "spellcheck": "false", "autocomplete": "off"}),
    )
    passphrase = forms.CharField(
        label=gettext_lazy("Passphrase of the key"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    class Meta:
        model = SshCredential
        fields = ("name", "kind", "username", "cluster")

    field_order = ("name", "kind", "username", "secret", "passphrase", "cluster")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        console = [pk for pk, names in access.held_by(user).items() if access.CONSOLE in names]
        self.fields["cluster"].queryset = Cluster.objects.filter(pk__in=console)
        self.fields["cluster"].help_text = _("Empty: for every cluster.")
        if self.instance.pk:
            self.fields["secret"].help_text = _("It is stored encrypted and never shown. Leave this empty to keep it.")
        else:
            self.fields["secret"].required = True
            self.fields["secret"].help_text = _("It is stored encrypted and never shown again.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        secret = cleaned.get("secret") or ""
        if not secret and self.instance.pk and cleaned.get("kind") != self.initial.get("kind"):
            self.add_error("secret", _("For another kind of credential give a new secret."))
        elif secret and cleaned.get("kind") == SshCredential.Kind.KEY:
            self._check_key(secret, cleaned.get("passphrase") or "")
        return cleaned

    def _check_key(self, secret: str, passphrase: str) -> None:
        try:
            self.instance.fingerprint = keys.load(secret, passphrase).fingerprint
        except SshError as reason:
            self.add_error("secret", str(reason))

    def save(self, commit: bool = True) -> SshCredential:
        if self.cleaned_data.get("secret"):
            self.instance.secret = self.cleaned_data["secret"]
            self.instance.passphrase = self.cleaned_data.get("passphrase") or ""
        return super().save(commit)


class SnippetForm(forms.ModelForm):
    """A platform admin may share one with everybody, who administers a cluster with those who use it."""

    shared = forms.BooleanField(
        label=gettext_lazy("Shared"), required=False, help_text=gettext_lazy("Others see it too.")
    )

    class Meta:
        model = Snippet
        fields = ("name", "text", "cluster")
        widgets = {"text": forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "class": "font-monospace"})}

    field_order = ("name", "text", "shared", "cluster")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        clusters = administered(user)
        self.fields["cluster"].queryset = clusters
        self.initial["shared"] = bool(self.instance.pk) and self.instance.owner_id is None
        if not user.is_superuser and not clusters.exists():
            del self.fields["shared"], self.fields["cluster"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("shared") and not cleaned.get("cluster") and not self.user.is_superuser:
            self.add_error("cluster", _("Choose the cluster whose users see it."))
        return cleaned

    def save(self, commit: bool = True) -> Snippet:
        self.instance.owner = None if self.cleaned_data.get("shared") else self.user
        return super().save(commit)


def editable_snippets(user) -> Any:
    """One's own, and the shared ones of what one administers."""
    shared = Q(owner=None) if user.is_superuser else Q(owner=None, cluster__in=administered(user))
    return Snippet.objects.visible_to(user).filter(Q(owner=user) | shared)
