"""What is asked before something is done with an image."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from clusters import access
from clusters.gateway import many
from compute.images.cloud import OWN_FIELDS
from compute.images.models import Image
from opsys.kit.forms.choices import CloudChoiceField, ResourceField
from opsys.kit.forms.fields import LinesField, PairsField
from opsys.kit.forms.form import ActionForm

FORMATS = ("qcow2", "raw", "iso", "vmdk", "vdi", "vhd", "vhdx", "ami", "ari", "aki", "ploop")
RESTRICTED = [
    ("private", _("private: only the project it belongs to")),
    ("shared", _("shared: also the projects that are its members")),
    ("community", _("community: everybody who knows its ID")),
]
PUBLIC = ("public", _("public: everybody"))
GIB = 2**30


class VisibilityForm(ActionForm):
    visibility = forms.ChoiceField(label=_("Visibility"), choices=RESTRICTED)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if isinstance(self.target, Image) and self.target.visibility in dict(RESTRICTED):
            self.initial.setdefault("visibility", self.target.visibility)


class NewImageForm(ActionForm):
    """What a new image is told, wherever its data comes from."""

    name = forms.CharField(label=_("Name"), max_length=255)
    disk_format = forms.ChoiceField(label=_("Format"), choices=[(name, name) for name in FORMATS], initial="qcow2")
    visibility = forms.ChoiceField(label=_("Visibility"), choices=RESTRICTED, initial="private")
    min_disk = forms.IntegerField(label=_("Smallest disk (GiB)"), min_value=0, max_value=2**31 - 1, initial=0)
    min_ram = forms.IntegerField(label=_("Smallest memory (MiB)"), min_value=0, max_value=2**31 - 1, initial=0)
    protected = forms.BooleanField(label=_("Protected from being deleted"), required=False)
    tags = LinesField(label=_("Tags"), required=False, max_length=255, help_text=_("One per line."))
    properties = PairsField(
        label=_("Properties"),
        required=False,
        help_text=_("One key=value per line, for example os_distro=debian."),
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if self.cluster is not None and access.can(self.user, access.ADMINISTER, self.cluster):
            self.fields["visibility"].choices = [*RESTRICTED, PUBLIC]


class ImportForm(NewImageForm):
    url = forms.CharField(
        label=_("URL"),
        max_length=2048,
        validators=[RegexValidator(r"^https?://[^\s]+$", _("Give an address that begins with http:// or https://."))],
        help_text=_("The cloud fetches it from there by itself. Its rules decide which addresses it may use."),
    )
    field_order = ["url"]


class EditForm(ActionForm):
    """Fields of Glance's own; what people add is in the properties."""

    name = forms.CharField(label=_("Name"), max_length=255)
    min_disk = forms.IntegerField(label=_("Smallest disk (GiB)"), min_value=0, max_value=2**31 - 1)
    min_ram = forms.IntegerField(label=_("Smallest memory (MiB)"), min_value=0, max_value=2**31 - 1)
    hidden = forms.BooleanField(
        label=_("Hidden"), required=False, help_text=_("It is left out of lists, and can still be used by its ID.")
    )
    tags = LinesField(label=_("Tags"), required=False, max_length=255, help_text=_("One per line."))

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if isinstance(image := self.target, Image):
            for name in self.fields:
                self.initial.setdefault(name, getattr(image, name))

    def params(self) -> dict[str, Any]:
        """What was changed, so that a Glance without hidden images is not asked about them."""
        given = {**self.cleaned_data, "os_hidden": self.cleaned_data["hidden"]}
        del given["hidden"]
        known = {"os_hidden": self.target.hidden} if isinstance(self.target, Image) else {}
        return {name: value for name, value in given.items() if value != known.get(name, self.initial.get(name))}


class PropertiesForm(ActionForm):
    properties = PairsField(
        label=_("Properties"),
        required=False,
        help_text=_("One key=value per line. What is taken out here is removed from the image."),
        widget=forms.Textarea(attrs={"rows": 12, "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        self.before = self.target.editable_properties if isinstance(self.target, Image) else {}
        self.initial.setdefault("properties", self.before)

    def clean_properties(self) -> dict[str, str]:
        given = self.cleaned_data["properties"]
        if own := sorted(set(given) & OWN_FIELDS):
            raise forms.ValidationError(
                _("“%(name)s” is a field of its own, not a property."), params={"name": own[0]}, code="own"
            )
        return given

    def params(self) -> dict[str, Any]:
        given = self.cleaned_data["properties"]
        changed = {name: text for name, text in given.items() if self.before.get(name) != text}
        return {"properties": changed, "remove": sorted(set(self.before) - set(given))}


class MemberForm(ActionForm):
    one_cluster = True
    project = ResourceField("identity.project", label=_("Project"))


class AddMemberForm(MemberForm):
    accept = forms.BooleanField(
        label=_("Accept it for the project"),
        required=False,
        initial=True,
        help_text=_("Otherwise the project sees it in its lists only once it has accepted it."),
    )


def volume_types(conn) -> list[tuple[str, str]]:
    names = [found.get("name") for found in many(conn.block_storage, "/types", "volume_types")]
    return [(name, name) for name in names if isinstance(name, str)]


class ToVolumeForm(ActionForm):
    name = forms.CharField(label=_("Name"), max_length=255)
    size = forms.IntegerField(label=_("Size (GiB)"), min_value=1, max_value=2**31 - 1)
    volume_type = CloudChoiceField("volume-types", load=volume_types, label=_("Type"), required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        if isinstance(image := self.target, Image):
            self.fields["size"].min_value = self.smallest(image)
            self.initial.setdefault("size", self.smallest(image))
            self.initial.setdefault("name", image.name)

    @staticmethod
    def smallest(image: Image) -> int:
        virtual = image.data.get("virtual_size")
        octets = virtual if isinstance(virtual, int) and virtual > 0 else image.size or 0
        return max(1, image.min_disk, -(-octets // GIB))

    def clean_size(self) -> int:
        size = self.cleaned_data["size"]
        if isinstance(self.target, Image) and size < self.smallest(self.target):
            raise forms.ValidationError(
                _("It needs %(size)s GiB at least."), params={"size": self.smallest(self.target)}, code="size"
            )
        return size


class UploadForm(NewImageForm):
    """As the general doors have it: they say where the file goes, which is no field of a form."""

    template = "compute/images/upload.html"

    def clean(self) -> dict[str, Any]:
        raise forms.ValidationError(
            _("The file is sent with PUT to /api/v1/compute/images/upload/, these fields in the address."),
            code="elsewhere",
        )
