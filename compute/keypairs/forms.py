"""What is asked before a key pair is made."""

import base64
import binascii

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from opsys.kit.forms.choices import ResourceField
from opsys.kit.forms.form import ActionForm

NAME = RegexValidator(r"^[a-zA-Z0-9_ -]+$", _("Letters, digits, spaces, dashes and underscores only."))


class CreateForm(ActionForm):
    name = forms.CharField(label=_("Name"), max_length=190, validators=[NAME])
    user = ResourceField(
        "identity.user",
        label=_("User"),
        required=False,
        help_text=_(
            "Leave empty for the user the platform acts as. Only those key pairs can be put into new servers here."
        ),
    )


class ImportForm(CreateForm):
    public_key = forms.CharField(
        label=_("Public key"),
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("One line as in a file id_ed25519.pub: the kind, the key, a comment."),
    )
    field_order = ["name", "public_key", "user"]

    def clean_public_key(self) -> str:
        text = " ".join(self.cleaned_data["public_key"].split())
        if "PRIVATE KEY" in text:
            raise forms.ValidationError(
                _("This is a private key. Keep it to yourself, and give the public one."), code="private"
            )
        kind, _space, rest = text.partition(" ")
        if not _is_key_of(kind, rest.partition(" ")[0]):
            raise forms.ValidationError(_("This is not an OpenSSH public key."), code="key")
        return text


def _is_key_of(kind: str, encoded: str) -> bool:
    """Whether the key itself says that it is of this kind, as every such key does at its beginning."""
    try:
        blob = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return False
    length = int.from_bytes(blob[:4], "big")
    return bool(kind) and blob[4 : 4 + length] == kind.encode() and len(blob) > 4 + length
