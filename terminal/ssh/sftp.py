"""SFTP with names as the bytes they are: on the wire they are nothing else, and paramiko wants them to be UTF-8."""

from collections.abc import Iterator

import paramiko
from paramiko.sftp import CMD_CLOSE, CMD_HANDLE, CMD_NAME, CMD_OPENDIR, CMD_READDIR, CMD_REALPATH, SFTPError

from terminal.encodings import UTF_8


class SftpClient(paramiko.SFTPClient):
    """Give all paths as bytes. `encoding` is how the host writes names, for whoever shows or asks for one."""

    encoding = UTF_8

    def names(self, path: bytes) -> Iterator[tuple[bytes, paramiko.SFTPAttributes]]:
        """What is in a folder, without `.` and `..`."""
        kind, answer = self._request(CMD_OPENDIR, path)
        if kind != CMD_HANDLE:
            raise SFTPError("Expected handle")
        handle = answer.get_binary()
        try:
            while True:
                try:
                    kind, answer = self._request(CMD_READDIR, handle)
                except EOFError:
                    return
                if kind != CMD_NAME:
                    raise SFTPError("Expected name response")
                for _number in range(answer.get_int()):
                    name, _as_ls_writes_it = answer.get_binary(), answer.get_binary()
                    attributes = paramiko.SFTPAttributes._from_msg(answer)
                    if name not in (b".", b".."):
                        yield name, attributes
        finally:
            self._request(CMD_CLOSE, handle)

    def whole_path(self, path: bytes) -> bytes:
        """As the host writes it: absolute, without links."""
        kind, answer = self._request(CMD_REALPATH, path)
        if kind != CMD_NAME or answer.get_int() != 1:
            raise SFTPError("Expected name response")
        return answer.get_binary()
