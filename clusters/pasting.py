"""A cluster from the text of a clouds.yaml or an openrc file, as people have it at hand."""

import tempfile
from pathlib import Path
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from clusters.gateway.profiles import ProfileError, from_clouds_yaml, from_openrc
from clusters.models import Cluster, ClusterGroup, Credential, Environment
from clusters.registration import register_cluster


class PasteForm(forms.Form):
    name = forms.SlugField(label=_("name"), max_length=63, allow_unicode=True)
    text = forms.CharField(
        label=_("clouds.yaml or openrc"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "cols": 80, "spellcheck": "false"}),
        help_text=_("Its secret is stored encrypted and never shown again."),
    )
    cloud = forms.CharField(
        label=_("which cloud of it"), required=False, help_text=_("Where a clouds.yaml holds several.")
    )
    secret = forms.CharField(
        label=_("Secret"),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Where the file has none: openrc files ask for it."),
    )
    environment = forms.ChoiceField(label=_("environment"), choices=Environment.choices)
    group = forms.ModelChoiceField(label=_("cluster group"), queryset=ClusterGroup.objects.all(), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        try:
            profile = _profile(cleaned["text"], cleaned["cloud"] or cleaned["name"])
        except ProfileError as error:
            raise ValidationError(str(error)) from None
        self.cluster = Cluster(
            name=cleaned["name"],
            environment=cleaned["environment"],
            group=cleaned["group"],
            auth_url=profile.auth_url,
            region=profile.region,
            interface=profile.interface,
            verify_tls=profile.verify_tls,
            ca_certificate=profile.ca_certificate,
        )
        self.credential = Credential(**profile.credential)
        self.credential.secret = cleaned["secret"] or profile.secret
        if not self.credential.secret:
            self.add_error("secret", _("The file has no secret: give it here."))
        return cleaned

    def register(self) -> None:
        """Test it and store it. Raises `ValidationError`; then nothing was stored."""
        register_cluster(self.cluster, self.credential)


def _profile(text: str, cloud: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:  # of its own, readable by nobody else
        path = Path(folder) / "pasted"
        path.write_text(text)
        is_openrc = any(line.strip().startswith(("export OS_", "OS_")) for line in text.splitlines())
        return from_openrc(path) if is_openrc else from_clouds_yaml(path, cloud)
