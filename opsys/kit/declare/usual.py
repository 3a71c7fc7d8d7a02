"""The actions that nearly every type has, with what they have in common: name, label, icon, permission, scope. Any of
it can be given otherwise."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from clusters import access
from opsys.kit.declare.action import Action, gone

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    from opsys.kit.forms.form import ActionForm


def create_action(
    label: "str | StrPromise", run: Callable[..., Any], form: "type[ActionForm]", **options: Any
) -> Action:
    """Makes something new in a cluster."""
    usual = {"permission": access.PROVISION, "scope": "cluster", "icon": "plus"}
    return Action("create", label, run, form=form, **{**usual, **options})


def edit_action(run: Callable[..., Any], form: "type[ActionForm]", **options: Any) -> Action:
    """Changes what one resource is called and described by."""
    return Action("edit", _("Edit"), run, form=form, **{"single": True, "icon": "pencil", **options})


def delete_action(run: Callable[..., Any], **options: Any) -> Action:
    """Asked before, and done when the resource is gone. With `destroys` its name must be typed."""
    usual = {"permission": access.PROVISION, "danger": True, "goal_reached": gone, "icon": "trash"}
    return Action("delete", _("Delete"), run, **{**usual, **options})
