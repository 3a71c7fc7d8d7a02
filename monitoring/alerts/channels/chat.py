"""Chats: one robot's address each, and their own ways of signing."""

import base64
import hashlib
import hmac
import time
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from monitoring.alerts.channels.errors import NotDelivered
from monitoring.alerts.channels.http import post
from monitoring.alerts.wording import Message

MOST_BYTES = 4000
"""WeCom's limit of 4096 is the lowest."""


def dingtalk(message: Message, endpoint: str, secret: str) -> None:
    url = endpoint
    if secret:
        moment = str(round(time.time() * 1000))
        sign = _signature(secret.encode(), f"{moment}\n{secret}".encode())
        url += f"{'&' if '?' in url else '?'}{urlencode({'timestamp': moment, 'sign': sign})}"
    body = {"msgtype": "markdown", "markdown": {"title": message.title, "text": _markdown(message)}}
    _expect(post(url, body), "errcode")


def wecom(message: Message, endpoint: str, secret: str) -> None:
    _expect(post(endpoint, {"msgtype": "markdown", "markdown": {"content": _markdown(message)}}), "errcode")


def feishu(message: Message, endpoint: str, secret: str) -> None:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": _cut(message.text)}}
    if secret:
        moment = str(int(time.time()))
        body |= {"timestamp": moment, "sign": _signature(f"{moment}\n{secret}".encode(), b"")}
    _expect(post(endpoint, body), "code", "StatusCode")


def slack(message: Message, endpoint: str, secret: str) -> None:
    # Slack reads these three as marks of its own.
    text = _cut(message.text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    post(endpoint, {"text": text})


def _markdown(message: Message) -> str:
    lines = [f"**{message.title}**", *(f"- {line}" for line in message.lines), *([message.url] if message.url else [])]
    return _cut("\n".join(lines))


def _cut(text: str) -> str:
    return text.encode()[:MOST_BYTES].decode(errors="ignore")


def _signature(key: bytes, text: bytes) -> str:
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()


def _expect(answer: Any, *names: str) -> None:
    """These answer 200 also when they take nothing, with a code of their own."""
    codes = [answer[name] for name in names if name in answer] if isinstance(answer, dict) else []
    if codes and codes[0] == 0:
        return
    code = codes[0] if codes else "–"
    raise NotDelivered(_("The chat did not accept it (code %(code)s).") % {"code": code})
