"""What a server is called and says about itself."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from clusters.microversions import offers
from compute.servers import operations
from compute.servers.actions.base import server_action, words
from compute.servers.states import WITH_A_GUEST, kept, locked, not_locked_yet, unlocked
from opsys.kit.declare.checks import all_of, in_status
from opsys.kit.forms.fields import LinesField, PairsField
from opsys.kit.forms.form import ActionForm

GROUP = _("Settings")
TAG = RegexValidator(r"^[^/,]{1,60}$", _("A tag has at most 60 characters and neither “/” nor “,”."))


class EditForm(ActionForm):
    name = forms.CharField(label=_("Name"), max_length=255)
    description = forms.CharField(
        label=_("Description"), max_length=255, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.target:
            self.initial = {
                "name": self.target.name,
                "description": self.target.text("description"),
                **self.initial,
            }
        if self.cluster and not offers(self.cluster, "compute", "2.19"):
            del self.fields["description"]

    def params(self) -> dict[str, Any]:
        """Also an emptied description."""
        return {name: self.cleaned_data[name] for name in self.fields}


class MetadataForm(ActionForm):
    metadata = PairsField(
        label=_("Metadata"), required=False, help_text=_("One key=value per line. Replaces all existing metadata.")
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.target:
            self.initial = {"metadata": self.target.metadata, **self.initial}

    def params(self) -> dict[str, Any]:
        return {"metadata": self.cleaned_data["metadata"]}


class AddMetadataForm(ActionForm):
    metadata = PairsField(label=_("Metadata"), help_text=_("One key=value per line. Other keys are kept."))


class TagsForm(ActionForm):
    tags = LinesField(
        label=_("Tags"), required=False, validators=[TAG], help_text=_("One per line. Replaces all existing tags.")
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if self.target:
            self.initial = {"tags": self.target.tags, **self.initial}

    def clean_tags(self) -> list[str]:
        tags = list(dict.fromkeys(self.cleaned_data["tags"]))
        if len(tags) > 50:
            raise forms.ValidationError(_("A server has at most 50 tags."), code="many")
        return tags

    def params(self) -> dict[str, Any]:
        return {"tags": self.cleaned_data["tags"]}


class TagForm(ActionForm):
    tag = forms.CharField(label=_("Tag"), max_length=60, validators=[TAG])


def edit_command(server, *, name: str, description: str | None = None) -> list[str]:
    said = [] if description is None else ["--description", description]
    return ["server", "set", "--name", name, *said, server.cloud_id]


def metadata_command(server, *, metadata: dict[str, str]) -> list[str]:
    pairs = [word for key, text in metadata.items() for word in ("--property", f"{key}={text}")]
    return ["server", "set", *pairs, server.cloud_id]


# Nova wants a guest for both, and a lock keeps metadata only.
SETTLED = in_status(*WITH_A_GUEST)

ACTIONS = (
    server_action(
        "edit",
        _("Edit name and description"),
        operations.edit,
        when=kept,
        form=EditForm,
        single=True,
        icon="pencil",
        group=GROUP,
        command=edit_command,
    ),
    server_action(
        "metadata",
        _("Edit the metadata"),
        operations.replace_metadata,
        when=all_of(SETTLED, unlocked),
        form=MetadataForm,
        single=True,
        icon="list-details",
        group=GROUP,
    ),
    server_action(
        "add-metadata",
        _("Add metadata"),
        operations.add_metadata,
        when=all_of(SETTLED, unlocked),
        form=AddMetadataForm,
        icon="list-details",
        group=GROUP,
        command=metadata_command,
    ),
    server_action(
        "tags",
        _("Edit the tags"),
        operations.replace_tags,
        needs="compute 2.26",
        when=SETTLED,
        form=TagsForm,
        single=True,
        icon="tags",
        group=GROUP,
    ),
    server_action(
        "add-tag",
        _("Add a tag"),
        operations.add_tag,
        needs="compute 2.26",
        when=SETTLED,
        form=TagForm,
        icon="tag",
        group=GROUP,
        command=lambda server, *, tag: ["server", "set", "--tag", tag, server.cloud_id],
    ),
    server_action(
        "remove-tag",
        _("Remove a tag"),
        operations.remove_tag,
        needs="compute 2.26",
        when=SETTLED,
        form=TagForm,
        icon="tag",
        group=GROUP,
        command=lambda server, *, tag: ["server", "unset", "--tag", tag, server.cloud_id],
    ),
    server_action(
        "lock",
        _("Lock"),
        operations.lock,
        nova="lock",
        when=all_of(kept, not_locked_yet),
        icon="lock",
        group=GROUP,
        command=words("lock"),
    ),
    server_action(
        "unlock",
        _("Unlock"),
        operations.unlock,
        nova="unlock",
        when=locked,
        icon="lock-open",
        group=GROUP,
        command=words("unlock"),
    ),
)
