"""Names and paths on a host. A path is the host's own business: who has a shell there goes where the host lets them.
A name that a page gives is one step of a path and nothing else."""

import posixpath
import stat
from typing import Any

import paramiko
from django.utils.translation import gettext as _

from terminal.errors import Refused

LONGEST_NAME = 255
LONGEST_PATH = 4096


def checked_path(path: Any) -> str:
    """An absolute path, or "" for where the login starts. Raises `Refused`."""
    if not isinstance(path, str) or "\0" in path or len(path.encode()) > LONGEST_PATH:
        raise Refused(_("This is no path."))
    if path and not path.startswith("/"):
        raise Refused(_("Give the whole path, beginning with /."))
    return path


def checked_name(name: Any) -> str:
    """One name in a folder. Raises `Refused` for what would lead anywhere else."""
    fits = isinstance(name, str) and 0 < len(name.encode()) <= LONGEST_NAME
    if not fits or name in (".", "..") or "/" in name or "\0" in name:
        raise Refused(_("This is no name for a file or a folder."))
    return name


def joined(folder: Any, name: Any) -> str:
    return posixpath.join(checked_path(folder) or "/", checked_name(name))


def entry(found: paramiko.SFTPAttributes) -> dict[str, Any]:
    """What the page shows of one name. A link is a link, whatever it leads to."""
    mode = found.st_mode or 0
    kind = (
        "link" if stat.S_ISLNK(mode) else "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"
    )
    return {
        "name": found.filename,
        "kind": kind,
        "size": found.st_size or 0,
        "changed": found.st_mtime,
        "mode": stat.filemode(mode),
    }
