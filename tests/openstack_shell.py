"""`python -m tests.openstack_shell`: OpenStack's own command line in its interactive mode, started once.

A line in is a command as a JSON list of words, a line out its answer as the JSON list [exit code, what it printed,
what it complained]. The start of `openstack` costs more than most of its commands.
"""

import io
import json
import sys

from cmd2.exceptions import Cmd2ArgparseError
from openstackclient.shell import OpenStackShell

commands, answers = sys.stdin, sys.stdout


class Interactive(OpenStackShell):
    """Its commands come from a pipe instead of a prompt; all else is the interactive mode's own."""

    def interact(self) -> None:
        for line in commands:
            answer(self._run(json.loads(line)))

    def _run(self, words: list[str]) -> int:
        try:
            return self.run_subcommand(words)
        except Cmd2ArgparseError:  # words that the command does not know
            return 2


def answer(code: int) -> None:
    print(json.dumps([code, _taken(sys.stdout), _taken(sys.stderr)]), file=answers, flush=True)


def _taken(stream: io.StringIO) -> str:
    text = stream.getvalue()
    stream.seek(0)
    stream.truncate()
    return text


if __name__ == "__main__":
    sys.stdout, sys.stderr = io.StringIO(), io.StringIO()
    Interactive().run([])
    if complaint := sys.stderr.getvalue():  # it did not start
        sys.exit(complaint)
