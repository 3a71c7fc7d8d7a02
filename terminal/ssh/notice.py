"""What a host says before the log-in: a legal notice, mostly. Text of a stranger."""

import paramiko

MOST = 8192


def of(transport: paramiko.Transport) -> str:
    """With what could move a cursor, or letters past each other, made visible; "" where the host said nothing."""
    said = transport.get_banner()
    if not said:
        return ""
    text = said[:MOST].decode("utf-8", "replace").replace("\r\n", "\n").rstrip("\n")
    plain = "".join(
        letter if letter.isprintable() or letter in "\n\t" else "\N{REPLACEMENT CHARACTER}" for letter in text
    )
    return plain + "\n"
