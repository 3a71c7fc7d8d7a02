"""What a host says when it does not do something, in words."""

import errno
import struct
from collections.abc import Iterator
from contextlib import contextmanager

import paramiko

from clusters.sentences import gettext as _
from terminal.errors import SshError


@contextmanager
def told(path: str) -> Iterator[None]:
    """Errors of SFTP become an `SshError` whose text is a sentence about `path`, which is fit to be shown."""
    try:
        yield
    except UnicodeDecodeError:  # of the words that go with a host's refusal
        raise SshError(_sentence(OSError()) % {"path": path}) from None
    except OSError as error:
        raise SshError(_sentence(error) % {"path": path}) from None
    except (paramiko.SFTPError, struct.error):
        raise SshError(_("The host's answer about %(path)s is not one of SFTP.") % {"path": path}) from None
    except (paramiko.SSHException, EOFError):
        raise SshError(_("The connection to the host ended.")) from None


def _sentence(error: OSError) -> str:
    if error.errno == errno.ENOENT:
        return _("%(path)s is not there.")
    if error.errno == errno.EACCES:
        return _("The host does not allow this on %(path)s.")
    if error.errno == errno.ENOSPC:
        return full()
    if "closed" in str(error).lower():
        return _("The connection to the host ended. (%(path)s)")
    # SFTP has one code for all the rest, and the host's own words are "Failure".
    return _("The host could not do this with %(path)s. A folder must be empty to be deleted; a name must be free.")


def full() -> str:
    return _("The host cannot write %(path)s any further: most likely its disk is full, or a quota is reached.")
