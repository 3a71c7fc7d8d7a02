"""manage.py audit-verify: whether the audit is what it was."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from audit.proof import checkpoints, state, tree

MOST_SHOWN = 50


class Command(BaseCommand):
    help = "Verify every event of the audit, its place in the log, and what was signed of it. Exit code 1: not intact."

    def add_arguments(self, parser):
        parser.add_argument(
            "--checkpoints",
            metavar="FILE",
            action="append",
            default=[],
            help="Checkpoints that were sent away, from where the platform cannot write; may be given several times.",
        )

    def handle(self, *args, checkpoints: list[str], **options):
        outside = [note for path in checkpoints for note in _notes(path)]
        tree.append_all()
        result = state.verify_and_keep(outside=outside)
        for finding in result.findings[:MOST_SHOWN]:
            self.stdout.write(self.style.ERROR(str(finding)))
        if len(result.findings) > MOST_SHOWN:
            self.stdout.write(f"… and {len(result.findings) - MOST_SHOWN} more")
        counted = (
            f"{result.events} events and {result.checkpoints} checkpoints verified"
            f" ({result.purged} cleared, {result.waiting} waiting for the proof)"
        )
        if not result.intact:
            raise CommandError(f"The audit is not intact: {len(result.findings)} findings; {counted}.")
        self.stdout.write(self.style.SUCCESS(f"The audit is intact: {counted}."))
        if not outside:
            self.stdout.write(
                "Nothing was compared with checkpoints from elsewhere (--checkpoints): whoever has the database and"
                " AUDIT_KEYS could have written the whole log anew."
            )


def _notes(path: str) -> list[str]:
    try:
        found = checkpoints.notes_in(Path(path).read_text())
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    if not found:
        raise CommandError(f"{path} holds no checkpoint.")
    return found
