"""What somebody does here, as they would type it for OpenStack's own command line."""

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from clusters.inventory import InventoryItem
from clusters.models import Cluster
from opsys.kit.declare.action import Action
from opsys.kit.forms.project import Project

SHOWN = 20

HIDDEN = "[hidden]"
SECRET = re.compile(r"pass|secret|token|private-key|user-data|credential", re.IGNORECASE)


def command_lines(
    action: Action,
    targets: Sequence[InventoryItem | Cluster],
    params: Mapping[str, Any],
    project: Project | None = None,
) -> list[str]:
    """One line for each target, ready to be pasted into a shell; empty when there is no such command."""
    if action.command is None:
        return []
    lines = []
    for target in targets[:SHOWN]:
        cluster = target if isinstance(target, Cluster) else target.cluster
        words = action.command(target, **params)
        place = ["--os-cloud", cluster.name, *(["--os-project-id", project.id] if project else [])]
        lines.append(shlex.join(["openstack", *place, *map(str, words)]))
    return lines


def without_secrets(words: Sequence[str]) -> list[str]:
    """A command's words as they may be written down: what follows an option that sounds like a secret is hidden."""
    kept, hide = [], False
    for word in words:
        option, equals, _value = word.partition("=")
        secret = bool(option.startswith("-") and SECRET.search(option))
        if hide and not word.startswith("-"):
            kept.append(HIDDEN)
        else:
            kept.append(f"{option}={HIDDEN}" if secret and equals else word)
        hide = secret and not equals
    return kept
