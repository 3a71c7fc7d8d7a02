"""Folders of a host: look, make, rename, delete. Everything goes over the connection of one of the person's own
running terminals, and so ends with its rights."""

import json
import posixpath
import stat
import uuid
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET, require_POST

from clusters.sentences import gettext as _
from terminal.encodings import shown
from terminal.errors import SshError
from terminal.pages.bodies import body_of
from terminal.session import files
from terminal.sftp.faults import told
from terminal.sftp.names import checked_name, checked_path, entry, exactly, joined, token, written_name, written_path
from terminal.sftp.serving import note, speaking

MOST_SHOWN = 5000


@require_GET
@speaking
def look(request: HttpRequest, session: uuid.UUID) -> JsonResponse:
    """`?path=` → `{"path", "shown", "entries"}`; without a path where the login starts. A path may be given as a JSON
    string, which carries names that are not UTF-8; with `typed=1` it is one that a person wrote."""
    given = _path_of(request.GET.get("path", ""))
    with files.sftp(session, user=request.user) as sftp:
        encoding = sftp.encoding
        path = written_path(given, encoding) if request.GET.get("typed") else checked_path(given)
        with told(shown(path, encoding) or "~"):
            real = sftp.whole_path(path or b".")
            found = []
            for name, attributes in sftp.names(real):
                found.append(entry(name, attributes, encoding))
                if len(found) > MOST_SHOWN:
                    break
    found.sort(key=lambda one: (one["kind"] != "folder", one["shown"].lower()))
    more = len(found) > MOST_SHOWN
    listed = {"path": token(real), "shown": shown(real, encoding), "entries": found[:MOST_SHOWN], "more": more}
    return JsonResponse(listed)


def _path_of(text: str) -> Any:
    if not text.startswith('"'):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return None


@require_POST
@speaking
def make(request: HttpRequest, session: uuid.UUID) -> JsonResponse:
    body = body_of(request)
    with files.sftp(session, user=request.user) as sftp:
        path = joined(body.get("folder"), written_name(body.get("name"), sftp.encoding))
        said = shown(path, sftp.encoding)
        with told(said):
            sftp.mkdir(path)
    note(request, session, "make", path=said)
    return JsonResponse({})


@require_POST
@speaking
def rename(request: HttpRequest, session: uuid.UUID) -> JsonResponse:
    """Within its folder, and never over something that is there."""
    body = body_of(request)
    old = joined(body.get("folder"), checked_name(body.get("name")))
    with files.sftp(session, user=request.user) as sftp:
        new = joined(body.get("folder"), written_name(body.get("new"), sftp.encoding))
        said, became = shown(old, sftp.encoding), shown(new, sftp.encoding)
        with told(became):
            sftp.rename(old, new)
    note(request, session, "rename", path=said, new=became, **exactly(old))
    return JsonResponse({})


@require_POST
@speaking
def delete(request: HttpRequest, session: uuid.UUID) -> JsonResponse:
    """A file, an empty folder, or a link: then the link, never what it leads to."""
    body = body_of(request)
    path = joined(body.get("folder"), checked_name(body.get("name")))
    with files.sftp(session, user=request.user) as sftp:
        said = shown(path, sftp.encoding)
        with told(said):
            if stat.S_ISDIR(sftp.lstat(path).st_mode or 0):
                if next(iter(sftp.names(path)), None) is not None:
                    raise SshError(_("%(name)s is not empty.") % {"name": posixpath.basename(said)})
                sftp.rmdir(path)
            else:
                sftp.remove(path)
    note(request, session, "delete", path=said, **exactly(path))
    return JsonResponse({})
