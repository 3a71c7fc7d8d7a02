"""What the edge says in a service's place."""

import json

# What HAProxy answers when no server of a backend is up.
_NO_SERVER_PAGE = b"<html><body><h1>503 Service Unavailable</h1>\nNo server is available.\n</body></html>\n"
_GARBAGE_PAGE = b"<!DOCTYPE html><html><body><h1>It works!</h1><p>\xff\xfe not { JSON ]</p></body></html>\n"


def _response(status: str, content_type: str, body: bytes, *headers: str) -> bytes:
    lines = [
        f"HTTP/1.1 {status}",
        f"Content-Type: {content_type}",
        f"Content-Length: {len(body)}",
        "Connection: close",
        *headers,
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def _error(code: int, title: str, message: str) -> bytes:
    return json.dumps({"error": {"code": code, "title": title, "message": message}}).encode()


NO_SERVER = _response("503 Service Unavailable", "text/html", _NO_SERVER_PAGE, "Cache-Control: no-cache")


def canned_answer(mode: str, address: str) -> bytes | None:
    """The whole answer of a fault that needs no service, None for the other faults."""
    if mode == "500":
        body = _error(500, "Internal Server Error", "An unexpected error prevented the server from answering.")
        return _response("500 Internal Server Error", "application/json", body)
    if mode == "401":
        body = _error(401, "Unauthorized", "The request you have made requires authentication.")
        header = f'WWW-Authenticate: Keystone uri="http://{address}:5000/v3"'
        return _response("401 Unauthorized", "application/json", body, header)
    if mode == "garbage":
        return _response("200 OK", "text/html; charset=utf-8", _GARBAGE_PAGE)
    return None
