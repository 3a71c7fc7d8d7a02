"""What people can do with a flavor, and when not. All projects of a cloud use them, so this is administration."""

from typing import Any

from django.utils.translation import gettext_lazy

from clusters import access
from clusters.models import Cluster
from clusters.sentences import gettext as _
from compute.flavors import forms, operations
from compute.flavors.models import Flavor
from opsys.kit.declare.action import Action, gone

SETTINGS, ACCESS = gettext_lazy("Settings"), gettext_lazy("Access")


def _private(flavor: Flavor) -> str:
    return _("It is public: every project may use it.") if flavor.public else ""


def _pairs(specs: dict[str, str]) -> list[str]:
    return [word for name, text in specs.items() for word in ("--property", f"{name}={text}")]


def _create_command(cluster: Cluster, *, name: str, is_public: bool, **given: Any) -> list[str]:
    words = ["flavor", "create", "--public" if is_public else "--private"]
    for key, flag in (
        ("flavorid", "--id"),
        ("vcpus", "--vcpus"),
        ("ram", "--ram"),
        ("disk", "--disk"),
        ("ephemeral", "--ephemeral"),
        ("swap", "--swap"),
        ("description", "--description"),
    ):
        words += [flag, str(given[key])] if key in given else []
    for project in given.get("projects", []):
        words += ["--project", project]
    return [*words, *_pairs(given.get("extra_specs", {})), name]


def _extra_specs_command(flavor: Flavor, *, extra_specs: dict[str, str], remove: list[str]) -> list[str]:
    if not extra_specs:
        return ["flavor", "unset", *(word for name in remove for word in ("--property", name)), flavor.cloud_id]
    return ["flavor", "set", *_pairs(extra_specs), flavor.cloud_id]


def _action(name: str, label: Any, run: Any, **options: Any) -> Action:
    return Action(name, label, run, **{"permission": access.ADMINISTER, "needs": "compute", **options})


ACTIONS = (
    _action(
        "create",
        gettext_lazy("Create a flavor"),
        operations.create,
        scope="cluster",
        form=forms.CreateForm,
        icon="plus",
        command=_create_command,
    ),
    _action(
        "extra-specs",
        gettext_lazy("Edit extra specs"),
        operations.set_extra_specs,
        form=forms.ExtraSpecsForm,
        single=True,
        icon="list-details",
        group=SETTINGS,
        command=_extra_specs_command,
    ),
    _action(
        "describe",
        gettext_lazy("Edit the description"),
        operations.describe,
        needs="compute 2.55",
        form=forms.DescriptionForm,
        single=True,
        icon="pencil",
        group=SETTINGS,
        command=lambda flavor, *, description="": [
            "flavor",
            "set",
            "--description",
            description,
            flavor.cloud_id,
        ],
    ),
    _action(
        "give-access",
        gettext_lazy("Let a project use it"),
        operations.give_access,
        when=_private,
        form=forms.AccessForm,
        icon="users",
        group=ACCESS,
        command=lambda flavor, *, project: ["flavor", "set", "--project", project, flavor.cloud_id],
    ),
    _action(
        "take-access",
        gettext_lazy("No longer let a project use it"),
        operations.take_access,
        when=_private,
        form=forms.AccessForm,
        danger=True,
        icon="x",
        group=ACCESS,
        command=lambda flavor, *, project: ["flavor", "unset", "--project", project, flavor.cloud_id],
    ),
    _action(
        "delete",
        gettext_lazy("Delete"),
        operations.delete,
        danger=True,
        goal_reached=gone,
        icon="trash",
        command=lambda flavor: ["flavor", "delete", flavor.cloud_id],
    ),
)
