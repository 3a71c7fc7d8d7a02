"""The questions about a new server, in the order in which the page asks them."""

from functools import cached_property
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clusters.models import Cluster
from compute.servers.actions.fields import flavor_text, image_text
from compute.servers.actions.settings import TAG
from compute.servers.creating import checks, rows
from compute.servers.creating.offers import Offers, offers_of
from opsys.kit.forms.choices import ResourceField, ResourcesField
from opsys.kit.forms.fields import LinesField, PairsField
from opsys.kit.forms.form import ActionForm

MOST = 100
SOURCES = [
    ("image", gettext_lazy("Image")),
    ("new-volume", gettext_lazy("A new volume, made from an image")),
    ("volume", gettext_lazy("Existing volume")),
    ("snapshot", gettext_lazy("A snapshot of a volume")),
]
NAME = RegexValidator(
    r"^[^\x00-\x1f\x7f]+$", gettext_lazy("A name has at least one character and no control characters.")
)


def usable_networks(found: QuerySet, form: ActionForm) -> QuerySet:
    """A credential of an administrator may use those of every project, in its own."""
    if form.project is None and form.cluster is not None and form.cluster.capabilities.get("is_admin"):
        return found.filter(Q(external=False) | Q(shared=True))
    return found.filter(Q(project_id=form.project_id) | Q(shared=True))


def usable_images(found: QuerySet, form: ActionForm) -> QuerySet:
    """In its own project an administrator's credential may use every image."""
    found = found.filter(status="active", hidden=False)
    if form.project is None:
        return found
    return found.filter(~Q(visibility="private") | Q(project_id=form.project_id))


def bootable_volumes(found: QuerySet, form: ActionForm) -> QuerySet:
    return found.filter(status="available", bootable=True, project_id=form.project_id)


def volume_text(volume) -> str:
    return f"{volume.name or volume.cloud_id} · {volume.size} GiB"


class NetworksField(ResourcesField):
    def offered(self) -> Any:
        """The rows themselves, for the page's table."""
        return self._rows()


class CreateForm(ActionForm):
    template = "compute/servers/create.html"

    name = forms.CharField(label=gettext_lazy("Name"), max_length=255, validators=[NAME])
    count = forms.IntegerField(
        label=gettext_lazy("How many"),
        min_value=1,
        max_value=MOST,
        initial=1,
        help_text=gettext_lazy("Several are named name-1, name-2 and so on."),
    )
    description = forms.CharField(label=gettext_lazy("Description"), max_length=255, required=False)
    availability_zone = forms.ChoiceField(label=gettext_lazy("Availability zone"), required=False)

    source = forms.ChoiceField(
        label=gettext_lazy("Boot from"), choices=SOURCES, initial="image", widget=forms.RadioSelect
    )
    image = ResourceField(
        "compute.image",
        label=gettext_lazy("Image"),
        required=False,
        describe=image_text,
        only=usable_images,
    )
    volume = ResourceField(
        "storage.volume",
        label=gettext_lazy("Volume"),
        required=False,
        describe=volume_text,
        only=bootable_volumes,
        help_text=gettext_lazy("Free and bootable."),
    )
    volume_snapshot = forms.ChoiceField(label=gettext_lazy("Volume snapshot"), required=False)
    volume_size = forms.IntegerField(
        label=gettext_lazy("Size of the new volume (GiB)"), required=False, min_value=1, max_value=100_000
    )
    volume_type = forms.ChoiceField(label=gettext_lazy("Volume type"), required=False)
    delete_volume = forms.BooleanField(label=gettext_lazy("Delete the volume with the server"), required=False)

    flavor = ResourceField(
        "compute.flavor",
        label=gettext_lazy("Flavor"),
        describe=flavor_text,
        only=lambda found, form: found.filter(disabled=False),
    )

    networks = NetworksField(
        "networking.network",
        label=gettext_lazy("Networks"),
        required=False,
        only=usable_networks,
        against=checks.against_network,
        widget=forms.CheckboxSelectMultiple,
    )
    ports = forms.MultipleChoiceField(
        label=gettext_lazy("Existing ports"), required=False, widget=forms.CheckboxSelectMultiple
    )
    fixed_ip = forms.GenericIPAddressField(
        label=gettext_lazy("Address"),
        required=False,
        help_text=gettext_lazy("Only for one server on one network. Leave empty for the next free one."),
    )
    security_groups = forms.MultipleChoiceField(
        label=gettext_lazy("Security groups"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("Default: the group “default”."),
    )
    key_name = ResourceField(
        "compute.keypair",
        label=gettext_lazy("Key pair"),
        required=False,
        by="name",
        only=lambda found, form: found.filter(own=True),
        help_text=gettext_lazy("Without one you may have no way to log in."),
    )

    server_group = ResourceField(
        "compute.servergroup",
        label=gettext_lazy("Server group"),
        required=False,
        only=lambda found, form: found.filter(project_id=form.project_id),
    )
    user_data = forms.CharField(
        label=gettext_lazy("User data"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        validators=[checks.user_data_fits],
        help_text=gettext_lazy("For cloud-init: a script or #cloud-config, at most 48 KiB."),
    )
    config_drive = forms.BooleanField(label=gettext_lazy("Configuration drive"), required=False)
    password = forms.CharField(
        label=gettext_lazy("Administrator password"),
        required=False,
        strip=False,
        max_length=255,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("For images that support it. Leave empty to generate one."),
    )
    metadata = PairsField(
        label=gettext_lazy("Metadata"), required=False, help_text=gettext_lazy("One key=value per line.")
    )
    tags = LinesField(
        label=gettext_lazy("Tags"), required=False, validators=[TAG], help_text=gettext_lazy("One per line.")
    )

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        fields, offers = self.fields, self.offers
        fields["availability_zone"].choices = [("", _("Any")), *offers.zones]
        fields["volume_snapshot"].choices = [
            ("", "–"),
            *((i, f"{name} · {size} GiB") for i, name, size in offers.snapshots),
        ]
        fields["volume_type"].choices = [("", _("The default one")), *offers.volume_types]
        fields["ports"].choices = offers.ports
        fields["security_groups"].choices = offers.security_groups

    def outer_networks(self) -> Any:
        """Those that are looked for and cannot be had: they lead out of the cloud."""
        if self.cluster is None:
            return []
        found = self.rows("networking.network").filter(external=True, shared=False)
        return found.exclude(pk__in=self.fields["networks"].offered().values("pk")).order_by("name", "pk")

    @cached_property
    def offers(self) -> Offers:
        if not isinstance(self.cluster, Cluster):
            return Offers()
        return offers_of(self.cluster, self.project.id if self.project else "")

    flavor_rows = rows.flavor_rows
    network_rows = rows.network_rows
    image_needs = rows.image_needs
    quota = rows.quota_rows
    memory_left = rows.memory_left

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for check in checks.ALL:
            check(self, cleaned)
        return cleaned

    def chosen(self, field: str, type_name: str):
        """The row of another type that a field's id stands for; None when nothing is chosen."""
        cloud_id = self.cleaned_data.get(field)
        return self.rows(type_name).filter(cloud_id=cloud_id).first() if cloud_id else None

    def params(self) -> dict[str, Any]:
        given = super().params()
        unused = {
            "image": ("volume", "volume_snapshot", "volume_size", "volume_type", "delete_volume"),
            "new-volume": ("volume", "volume_snapshot"),
            "volume": ("image", "volume_snapshot", "volume_size", "volume_type"),
            "snapshot": ("image", "volume"),
        }[given["source"]]
        return {name: value for name, value in given.items() if name not in unused and value is not False}

    def requests(self) -> list[tuple[str, dict[str, Any]]]:
        """Each server is a request of its own, so that one that fails is told by its name."""
        params = self.params()
        count = params.pop("count")
        if count == 1:
            return [(params["name"], params)]
        names = [f"{params['name']}-{number}" for number in range(1, count + 1)]
        return [(name, {**params, "name": name}) for name in names]
