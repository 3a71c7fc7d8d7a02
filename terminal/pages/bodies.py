"""JSON that pages send and get."""

import json
from typing import Any

from django.http import HttpRequest, JsonResponse

from terminal.errors import TerminalError

MOST = 16 * 1024


def body_of(request: HttpRequest) -> dict[str, Any]:
    """What a page of ours sent; anything else is an empty body."""
    if len(request.body) > MOST:
        return {}
    try:
        body = json.loads(request.body)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def refusal(error: TerminalError | str, status: int = 403) -> JsonResponse:
    """`error` is a sentence for people."""
    return JsonResponse({"error": str(error)}, status=status)
