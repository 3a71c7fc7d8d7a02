"""What somebody does here, as they would type it for OpenStack's own command line."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from clusters.inventory import InventoryItem
from clusters.models import Cluster
from opsys.kit.action import Action

SHOWN = 20


def command_lines(action: Action, targets: Sequence[InventoryItem | Cluster], params: Mapping[str, Any]) -> list[str]:
    """One line for each target, ready to be pasted into a shell; empty when there is no such command."""
    if action.command is None:
        return []
    lines = []
    for target in targets[:SHOWN]:
        cluster = target if isinstance(target, Cluster) else target.cluster
        words = action.command(target, **params)
        lines.append(shlex.join(["openstack", "--os-cloud", cluster.name, *map(str, words)]))
    return lines
