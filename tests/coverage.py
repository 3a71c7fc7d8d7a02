"""What can be done, through which doors, and whether a real cloud saw it: docs/coverage.md, from the register.

`python -m tests.coverage` writes it. A test compares it with the register, and another, after all tests on the lab,
with what the audit of that run says was done.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parents[1] / "docs" / "coverage.md"

# The environment names a folder in which each run on the lab leaves the actions that were done.
DONE_FOLDER = "DONE_FOLDER"

UNTRIED = {
    "compute.server.offload": "the lab offloads what is shelved at once",
    "compute.server.restore": "the lab reclaims what is deleted at once",
    "compute.server.abort-live-migration": "a migration of the lab ends before one could stop it",
    "compute.server.complete-live-migration": "a migration of the lab ends before one could hurry it",
    "compute.service.delete": "only its refusal: the lab has no host to spare",
    "networking.networkagent.delete": "only its refusal: the lab's agents are alive",
}
"""What the lab cannot show, with the reason. Everything else is claimed to have been done on a real cloud."""

HEAD = """# Coverage

What can be done, and how. Written by `python -m tests.coverage` from the values that the doors are built of; a test
fails when it is not up to date. **Real cloud**: done on the lab's OpenStack by the tests of every full run, which read
it from the run's own audit.
"""


def names() -> set[str]:
    """Every action there is, as the audit calls it: compute.server.stop."""
    return {f"{resource.name}.{action.name}" for resource in _resources() for action in resource.actions}


def note_done(follow: Callable[[str], dict], address: str) -> None:
    """Leave what the audit of this run says was done, for `done_in`; `follow` reads a page of the API."""
    done: set[str] = set()
    while address:
        page = follow(address)
        done |= {event["action"] for event in page["results"]}
        address = page["next"]
    Path(os.environ[DONE_FOLDER], f"{os.getpid()}.json").write_text(json.dumps(sorted(done)))


def done_in(folder: str) -> set[str]:
    """What was done by all runs that left their actions in this folder."""
    return {action for path in Path(folder).glob("*.json") for action in json.loads(path.read_text())}


def document() -> str:
    parts = [HEAD]
    for resource in _resources():
        if resource.actions:
            rows = [_row(resource, action) for action in resource.actions]
            head = "| Action | Console | Bulk | REST | Command line | As an `openstack` command | Real cloud |"
            parts.append(
                "\n".join([f"## {resource.label_plural.capitalize()}", "", head, "|---" * 7 + "|", *rows, ""])
            )
        else:
            parts.append(f"## {resource.label_plural.capitalize()}\n\nTo look at.\n")
    return "\n".join(parts)


def _resources():
    from opsys.kit.declare import register  # noqa: PLC0415 - Django must be set up before

    return register.resources()


def _row(resource, action) -> str:
    base = f"{resource.app}/{resource.slug}"
    name = f"{resource.name}.{action.name}"
    bulk = "" if action.single or action.scope == "cluster" else "yes"
    door = f"`POST {base}/{'do' if action.scope == 'item' else 'new'}/{action.name}/`"
    command = f"`ops {resource.name} {action.name}`"
    cells = [str(action.label), "yes", bulk, door, command, "yes" if action.command else "", UNTRIED.get(name, "yes")]
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsys.settings.test")
    django.setup()
    DOCUMENT.write_text(document())
