"""Names and paths on a host. A path is the host's own business: who has a shell there goes where the host lets them.
A name that a page gives is one step of a path and nothing else.

On the host both are bytes. A page gets and gives back those that are not UTF-8 with each such byte as a lone surrogate
(PEP 383), which JSON carries; beside it goes the name as it is to be shown. What a person writes is put into the
encoding of the host."""

import posixpath
import stat
from typing import Any

import paramiko

from clusters.sentences import gettext as _
from terminal.encodings import CODECS, UTF_8, readable, shown
from terminal.errors import Refused

LONGEST_NAME = 255
LONGEST_PATH = 4096


def token(raw: bytes) -> str:
    """What a page gives back to name exactly these bytes."""
    return raw.decode(UTF_8, "surrogateescape")


def checked_path(path: Any) -> bytes:
    """An absolute path, or nothing for where the login starts. Raises `Refused`."""
    raw = _exact(path)
    if raw is None or b"\0" in raw or len(raw) > LONGEST_PATH:
        raise Refused(_("This is not a path."))
    if raw and not raw.startswith(b"/"):
        raise Refused(_("Give the whole path, beginning with /."))
    return raw


def checked_name(name: Any) -> bytes:
    """One name in a folder, as it was listed. Raises `Refused` for what would lead anywhere else."""
    return _one_step(_exact(name))


def written_name(name: Any, encoding: str) -> bytes:
    """One that a person wrote."""
    return _one_step(_written(name, encoding))


def written_path(path: Any, encoding: str) -> bytes:
    raw = _written(path, encoding)
    return checked_path(token(raw)) if raw is not None else checked_path(None)


def joined(folder: Any, name: bytes) -> bytes:
    return posixpath.join(checked_path(folder) or b"/", name)


def _one_step(raw: bytes | None) -> bytes:
    if not raw or len(raw) > LONGEST_NAME or raw in (b".", b"..") or b"/" in raw or b"\0" in raw:
        raise Refused(_("This is not a valid name for a file or folder."))
    return raw


def _exact(text: Any) -> bytes | None:
    try:
        return text.encode(UTF_8, "surrogateescape") if isinstance(text, str) else None
    except UnicodeEncodeError:
        return None


def _written(text: Any, encoding: str) -> bytes | None:
    """Raises `Refused` for letters that the host's encoding does not have."""
    try:
        return text.encode(CODECS[encoding], "surrogateescape") if isinstance(text, str) else None
    except UnicodeEncodeError:
        raise Refused(_("The encoding of this host does not have all of these characters.")) from None


def entry(name: bytes, found: paramiko.SFTPAttributes, encoding: str) -> dict[str, Any]:
    """What the page shows of one name. A link is a link, whatever it leads to."""
    mode = found.st_mode or 0
    kind = (
        "link" if stat.S_ISLNK(mode) else "folder" if stat.S_ISDIR(mode) else "file" if stat.S_ISREG(mode) else "other"
    )
    return {
        "name": token(name),
        "shown": shown(name, encoding),
        "readable": readable(name, encoding),
        "kind": kind,
        "size": found.st_size or 0,
        "changed": found.st_mtime,
        "mode": stat.filemode(mode),
    }


def exactly(path: bytes) -> dict[str, str]:
    """For the audit, of a path that is not UTF-8: its bytes, because what was shown may be the same for several."""
    try:
        path.decode(UTF_8)
    except UnicodeDecodeError:
        return {"path_bytes": path.hex()}
    return {}
