"""Files up and down, piece by piece: in the audit when they begin, and with their SHA-256 when they are whole."""

import posixpath
import secrets
import stat
import uuid
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.views.decorators.http import require_http_methods, require_POST

from audit.models import Event
from clusters.sentences import gettext as _
from terminal.encodings import shown
from terminal.errors import Refused, SshError, TerminalError
from terminal.pages.bodies import body_of
from terminal.session import files
from terminal.sftp.faults import full, told
from terminal.sftp.names import checked_path, exactly, joined, written_name
from terminal.sftp.serving import note, speaking
from terminal.sftp.transfers import PIECE, Transfer, transfers
from terminal.ssh.sftp import SftpClient

READ = 256 * 1024
ASKED_AT_ONCE = 32 * 1024  # what servers answer one request with


@require_POST
@speaking
def begin_upload(request: HttpRequest, session: uuid.UUID) -> JsonResponse:
    """`{"folder", "name", "size", "replace"}` → `{"transfer", "piece"}`, or `{"exists": true}` where the name is
    taken. Until it is whole the file has another name."""
    body = body_of(request)
    size = body.get("size")
    if not isinstance(size, int) or size < 0:
        raise Refused(_("The file's size is missing."))
    channel, sftp = _channel(request, session)
    try:
        path = joined(body.get("folder"), written_name(body.get("name"), sftp.encoding))
        said = shown(path, sftp.encoding)
        _check_size(said, size)
        with told(said):
            if not body.get("replace") and _exists(sftp, path):
                channel.__exit__(None, None, None)
                return JsonResponse({"exists": True})
            part = posixpath.join(posixpath.dirname(path), f".{secrets.token_hex(6)}.part".encode())
            file = sftp.open(part, "wx")
            # Without waiting for each answer. Those that fail are heard of later, at the latest when the size is
            # compared; nothing else may be asked of this file meanwhile, or paramiko loses count of the answers.
            file.set_pipelined(True)
    except TerminalError:
        channel.__exit__(None, None, None)
        raise
    transfer = Transfer(
        str(session), request.user.pk or 0, path, said, size, channel, sftp, file, upload=True, part=part
    )
    transfers.add(transfer)
    _begun(request, session, transfer)
    return JsonResponse({"transfer": transfer.id, "piece": PIECE})


@require_POST
@speaking
def begin_download(request: HttpRequest, session: uuid.UUID) -> JsonResponse:
    """`{"path"}` → `{"transfer", "name", "size", "piece"}`. A link is followed, as the host follows it."""
    path = checked_path(body_of(request).get("path"))
    channel, sftp = _channel(request, session)
    said = shown(path, sftp.encoding)
    try:
        with told(said):
            found = sftp.stat(path)
            if not stat.S_ISREG(found.st_mode or 0):
                raise Refused(_("%(path)s is not a file.") % {"path": said})
            _check_size(said, found.st_size or 0)
            file = sftp.open(path, "rb")
    except TerminalError:
        channel.__exit__(None, None, None)
        raise
    transfer = Transfer(
        str(session), request.user.pk or 0, path, said, found.st_size or 0, channel, sftp, file, upload=False
    )
    transfers.add(transfer)
    _begun(request, session, transfer)
    name = posixpath.basename(said)
    return JsonResponse({"transfer": transfer.id, "name": name, "size": transfer.size, "piece": PIECE})


@require_http_methods(["GET", "PUT"])
@speaking
def piece(request: HttpRequest, session: uuid.UUID, transfer: str) -> HttpResponse:
    """PUT takes the bytes from `?offset=` on, GET gives them; at most `PIECE`. A piece whose answer was lost may be
    sent or asked for once more. Anything else out of turn is refused."""
    moving = _under_way(request, session, transfer)
    offset = request.GET.get("offset", "")
    with moving.lock:
        if not offset.isdecimal() or moving.upload != (request.method == "PUT"):
            raise Refused(_("This piece is not the next one."))
        try:
            if moving.upload:
                return _take(request, moving, int(offset))
            return _give(moving, int(offset))
        except SshError as error:
            _failed(request, session, moving, str(error))
            raise


@require_POST
@speaking
def finish(request: HttpRequest, session: uuid.UUID, transfer: str) -> JsonResponse:
    """→ `{"sha256"}`. An upload gets its name only now."""
    moving = _under_way(request, session, transfer)
    with moving.lock:
        if moving.position != moving.size:
            raise Refused(_("The file is not whole yet."))
        if moving.upload:
            try:
                with told(moving.said):
                    _name_it(moving)
            except SshError as error:
                _failed(request, session, moving, str(error))
                raise
        transfers.drop(moving)
    digest = moving.digest.hexdigest()
    note(request, session, _what(moving), sha256=digest, **_facts(moving))
    return JsonResponse({"sha256": digest})


@require_POST
@speaking
def cancel(request: HttpRequest, session: uuid.UUID, transfer: str) -> JsonResponse:
    moving = _under_way(request, session, transfer)
    with moving.lock:
        _failed(request, session, moving, _("It was cancelled."))
    return JsonResponse({})


def _take(request: HttpRequest, moving: Transfer, offset: int) -> JsonResponse:
    if offset == moving.previous and offset != moving.position:
        return JsonResponse({"position": moving.position})  # it is here already
    if offset != moving.position:
        raise Refused(_("This piece is not the next one."))
    moving.previous = offset
    room = min(PIECE, moving.size - offset)
    try:
        with told(moving.said):
            while part := request.read(READ):
                room -= len(part)
                if room < 0:
                    raise Refused(_("This is more than was announced."))
                moving.file.write(part)
                moving.digest.update(part)
                moving.position += len(part)
    except SshError as error:
        if moving.position:
            raise SshError(full() % {"path": moving.said}) from error
        raise
    return JsonResponse({"position": moving.position})


def _give(moving: Transfer, offset: int) -> HttpResponse:
    if offset not in (moving.position, moving.previous):
        raise Refused(_("This piece is not the next one."))
    length = min(PIECE, moving.size - offset)
    parts = [(offset + at, min(ASKED_AT_ONCE, length - at)) for at in range(0, length, ASKED_AT_ONCE)]
    with told(moving.said):
        data = b"".join(moving.file.readv(parts))
    if len(data) != length:
        raise SshError(_("%(path)s has changed while it was read.") % {"path": moving.said})
    if offset == moving.position:
        moving.digest.update(data)
        moving.previous, moving.position = offset, offset + length
    return HttpResponse(data, content_type="application/octet-stream")


def _name_it(moving: Transfer) -> None:
    moving.file.close()
    if moving.sftp.stat(moving.part).st_size != moving.size:
        raise SshError(full() % {"path": moving.said})
    moving.sftp.posix_rename(moving.part, moving.path)
    moving.part = b""


def _channel(request: HttpRequest, session: uuid.UUID):
    if not transfers.room(str(session)):
        raise Refused(_("Too many files are under way here. Wait for one to finish."))
    channel = files.sftp(session, user=request.user)
    return channel, channel.__enter__()


def _under_way(request: HttpRequest, session: uuid.UUID, key: str) -> Transfer:
    found = transfers.get(key, session=str(session), user=request.user.pk or 0)
    if found is None:
        raise Refused(_("This transfer is over: its terminal was closed, or nothing came for a while. Begin again."))
    return found


def _begun(request: HttpRequest, session: uuid.UUID, moving: Transfer) -> None:
    """Who never says that it is finished has the bytes all the same."""
    note(request, session, _what(moving), phase=Event.Phase.NOTED, **_facts(moving))


def _failed(request: HttpRequest, session: uuid.UUID, moving: Transfer, reason: str) -> None:
    transfers.drop(moving)
    note(
        request,
        session,
        _what(moving),
        phase=Event.Phase.FAILED,
        reason=reason,
        path=moving.said,
        bytes=moving.position,
    )


def _facts(moving: Transfer) -> dict[str, Any]:
    return {"path": moving.said, "bytes": moving.size, **exactly(moving.path)}


def _what(moving: Transfer) -> str:
    return "upload" if moving.upload else "download"


def _check_size(path: str, size: int) -> None:
    most = settings.TERMINAL_FILE_BYTES
    if size > most:
        raise Refused(
            _("%(path)s has %(size)s; at most %(most)s are allowed.")
            % {"path": path, "size": filesizeformat(size), "most": filesizeformat(most)}
        )


def _exists(sftp: SftpClient, path: bytes) -> bool:
    try:
        sftp.lstat(path)
    except FileNotFoundError:
        return False
    return True
