#!/usr/bin/env python
"""The command line of the platform. `manage.py create-user` and `manage.py create_user` are the same command."""

import os
import sys

import django
from django.core.management import execute_from_command_line


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "opsys.settings.dev")
    arguments = list(sys.argv)
    if len(arguments) > 1 and not arguments[1].startswith("-"):
        # Python modules, and so Django's commands, cannot bear a hyphen; people type them with one.
        arguments[1] = arguments[1].replace("-", "_")
    if len(arguments) > 2 and arguments[1] == "help":
        arguments[2] = arguments[2].replace("-", "_")
    if arguments[1:2] == ["--version"]:
        import opsys  # noqa: PLC0415 - it chooses settings, and must not before the line above did

        sys.stdout.write(f"opsys {opsys.__version__} (Django {django.get_version()})\n")
        return
    execute_from_command_line(arguments)


if __name__ == "__main__":
    main()
