"""What the tests of schedules on real clouds have in common."""

from typing import Any

import requests

from tests.platform import PATIENCE_SECONDS, ApiSession, Platform, wait_until


def post(api: ApiSession, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    answer = requests.post(f"{api.url}{path}", json=body or {}, headers=api.headers, timeout=PATIENCE_SECONDS)
    assert answer.ok, answer.text
    return answer.json()


def run(api: ApiSession, platform: Platform, address: str) -> dict[str, Any]:
    """Run it now and wait for its job. The names of two copies in a second would be the same, which is no harm."""
    begun = post(api, f"{address}run/")
    assert begun["job"], begun["note"]
    wait_until(
        lambda: api.get(f"jobs/{begun['job']}/")["state"] not in ("queued", "running"),
        "the job has ended",
        on_failure=platform.last_words,
    )
    return api.get(f"jobs/{begun['job']}/")
