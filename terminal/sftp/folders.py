"""Folders of a host: look, make, rename, delete. Everything goes over the connection of one of the person's own
running terminals, and so ends with its rights."""

import posixpath
import stat
import uuid

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from terminal.errors import SshError
from terminal.pages.bodies import body_of
from terminal.session import files
from terminal.sftp.faults import told
from terminal.sftp.names import checked_path, entry, joined
from terminal.sftp.serving import note, speaking

MOST_SHOWN = 5000


@require_GET
@speaking
def look(request: HttpRequest, session: uuid.UUID) -> JsonResponse:
    """`?path=` → `{"path", "entries"}`; without a path where the login starts."""
    path = checked_path(request.GET.get("path", ""))
    with files.sftp(session, user=request.user) as sftp, told(path or "~"):
        real = sftp.normalize(path or ".")
        found = []
        for attributes in sftp.listdir_iter(real):
            found.append(entry(attributes))
            if len(found) > MOST_SHOWN:
                break
    found.sort(key=lambda one: (one["kind"] != "folder", one["name"].lower()))
    return JsonResponse({"path": real, "entries": found[:MOST_SHOWN], "more": len(found) > MOST_SHOWN})


@require_POST
@speaking
def make(request: HttpRequest, session: uuid.UUID) -> JsonResponse:
    body = body_of(request)
    path = joined(body.get("folder"), body.get("name"))
    with files.sftp(session, user=request.user) as sftp, told(path):
        sftp.mkdir(path)
    note(request, session, "make", path=path)
    return JsonResponse({})


@require_POST
@speaking
def rename(request: HttpRequest, session: uuid.UUID) -> JsonResponse:
    """Within its folder, and never over something that is there."""
    body = body_of(request)
    old = joined(body.get("folder"), body.get("name"))
    new = joined(body.get("folder"), body.get("new"))
    with files.sftp(session, user=request.user) as sftp, told(new):
        sftp.rename(old, new)
    note(request, session, "rename", path=old, new=new)
    return JsonResponse({})


@require_POST
@speaking
def delete(request: HttpRequest, session: uuid.UUID) -> JsonResponse:
    """A file, an empty folder, or a link: then the link, never what it leads to."""
    body = body_of(request)
    path = joined(body.get("folder"), body.get("name"))
    with files.sftp(session, user=request.user) as sftp, told(path):
        if stat.S_ISDIR(sftp.lstat(path).st_mode or 0):
            if next(iter(sftp.listdir_iter(path)), None) is not None:
                raise SshError(_("%(name)s is not empty.") % {"name": posixpath.basename(path)})
            sftp.rmdir(path)
        else:
            sftp.remove(path)
    note(request, session, "delete", path=path)
    return JsonResponse({})
