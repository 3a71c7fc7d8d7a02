"""The matrix of doors for people who may less than their role: what each of them gets, told from the operator's line.

A rule says it for all addresses; what differs is named. tests/test_limited_doors.py asks every door as each of them.
"""

from tests.doors import doors

OPERATOR = 2
FREE = {"healthz", "metrics", "readyz", "language/", "api/v1/auth/login/", "api/v1/auth/logout/", "accounts/logout/"}
"""What asks nobody who they are."""

SETTING_UP = (
    "accounts/second-factor/",
    "accounts/again/",
    "accounts/password/",
    "accounts/session/",
    "accounts/login/",
)
"""Where somebody goes who must set up a second factor."""

ROW = ("<int:pk>", "<str:cloud_id>", "/menu/")


def of_operator(method: str, route: str) -> int:
    return doors()[method, route][OPERATOR]


def without_a_factor(method: str, route: str) -> int:
    code = of_operator(method, route)
    if route.endswith(("app/remove/", "codes/new/", "<int:pk>/remove/", "back/")):
        return 302  # there is nothing yet to take away or to renew
    if route in FREE or route.startswith(SETTING_UP):
        return code
    if route.startswith("api/"):
        return 403
    return 302


def without_rows(method: str, route: str) -> int:
    """An expired grant, one for a project that holds nothing here, a token for another cluster: pages open, and the
    cluster's things are not there."""
    code = of_operator(method, route)
    if "approvals/" in route:
        return code  # what one asked stays one's own
    if "/protect/" in route or route.startswith("terminal/console/"):
        return 404
    if "/do/" in route:
        return code  # with an outcome that says so
    about_a_thing = any(mark in route for mark in ROW) and not route.startswith(("admin/", "accounts/", "terminal/"))
    return 404 if about_a_thing and code not in (302, 405) else code


def with_a_token(method: str, route: str) -> int:
    """A token for another cluster; and what would run later with all rights is for no limited one."""
    if route.startswith("api/v1/jobs/schedules/") and method != "GET":
        return 403
    return without_rows(method, route)


def reading(method: str, route: str) -> int:
    """A token that only reads."""
    code = of_operator(method, route)
    if method == "GET" or route in FREE or code == 401 or "/do/" in route or "/new/" in route:
        return code
    return 403
