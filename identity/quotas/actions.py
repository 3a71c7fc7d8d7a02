"""What people can do with quotas."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy

from clusters import access
from identity.quota_words import OPTIONS
from identity.quotas import cloud, forms
from identity.quotas.models import Quota
from opsys.kit.declare.action import Action


def _command(quota: Quota, limit: int, below_usage: bool = False) -> list[str]:
    force = ["--force"] if below_usage and quota.service == "compute" else []
    return ["quota", "set", f"--{OPTIONS.get(quota.name, quota.name)}", str(limit), *force, quota.project_id]


def _take_over_command(quota: Quota, limits: Mapping[str, int], below_usage: bool = False) -> list[str]:
    return _command(quota, limits[f"{quota.service}:{quota.name}"], below_usage)


ACTIONS = (
    Action(
        "set-limit",
        gettext_lazy("Set the limit"),
        cloud.set_limit,
        permission=access.ADMINISTER,
        form=forms.SetLimitForm,
        icon="pencil",
        command=_command,
    ),
    Action(
        "take-over",
        gettext_lazy("Take over limits"),
        cloud.take_over,
        permission=access.ADMINISTER,
        form=forms.TakeOverForm,
        icon="copy",
        command=_take_over_command,
    ),
)
