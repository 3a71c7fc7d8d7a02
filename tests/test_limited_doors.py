"""Every door once more, for people who may less than their role says: the ones of whom it is easily forgotten."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Grant, User
from accounts.tokens.making import make
from audit.acting import SYSTEM
from clusters import access
from clusters.models import Closure
from jobs.models import ScheduleRun
from opsys.kit.declare import register
from tests import limited
from tests.doors import doors
from tests.test_every_door import _row_of, address_of, expected, world  # noqa: F401 - the fixture

# The doors of a type are the same code for all types: three stand for them. Who is no platform admin is turned away at
# the door of the administration, whichever page it is.
TYPES = ("compute/servers/", "compute/hypervisors/", "networking/networks/")
OF_TYPES = [f"{resource.app}/{resource.slug}/" for resource in register.resources()]
DOORS = [
    (method, route)
    for method, route in doors()
    if not route.startswith("admin/")
    and (of_type := route.removeprefix("api/v1/"))
    and (of_type.startswith(TYPES) or not of_type.startswith(tuple(OF_TYPES)))
]

NO_CLUSTER = {("GET", "api/v1/networking/topology/"): 404, ("GET", "api/v1/networking/path/"): 404}
"""What is about a cluster, and there is none to be seen."""

ALERTS = {
    ("POST", "monitoring/alerts/<int:pk>/acknowledge/"): 404,
    ("POST", "monitoring/alerts/silences/<int:pk>/end/"): 404,
    **{(method, "api/v1/monitoring/alerts/rules/<int:pk>/"): 403 for method in ("GET", "PATCH", "DELETE")},
}
EXCEPTIONS: dict[str, dict[tuple[str, str], int]] = {
    "expired": NO_CLUSTER | ALERTS,
    "project-limited": ALERTS,
    "frozen": {},
    "second factor missing": {},
    "read-only token": {},
    "cluster-limited token": NO_CLUSTER | ALERTS,
}
RULES = {
    "expired": limited.without_rows,
    "project-limited": limited.without_rows,
    "frozen": limited.of_operator,
    "second factor missing": limited.without_a_factor,
    "read-only token": limited.reading,
    "cluster-limited token": limited.with_a_token,
}


def prepared(persona, operator, cluster, other_cluster):
    """The operator as this one; returns the headers that go with each request."""
    if persona in ("expired", "project-limited"):
        access.set_permissions(operator, {})
        past = timezone.now() - timedelta(seconds=1)
        more = {"expires_at": past} if persona == "expired" else {"projects": ["p" * 32]}
        Grant.objects.create(user=operator, role="operator", cluster=cluster, **more)
    elif persona == "frozen":
        Closure.objects.create(kind="freeze", reason="quarter end")
    elif persona == "second factor missing":
        User.objects.filter(pk=operator.pk).update(must_add_second_factor=True)
    elif persona.endswith("token"):
        only = [other_cluster] if persona.startswith("cluster") else None
        scope = "read" if persona.startswith("read") else "all"
        _row, token = make(operator, actor=SYSTEM, name="x", scope=scope, clusters=only, days=1)
        return {"Authorization": f"Token {token}"}
    return {}


@pytest.mark.slow
@pytest.mark.any_database
@pytest.mark.parametrize("persona", RULES)
def test_the_matrix_of_the_limited(client, world, cluster, other_cluster, persona):  # noqa: F811
    users, rows = world
    headers = prepared(persona, users["operator"], cluster, other_cluster)
    if not headers:
        client.force_login(users["operator"])
    wrong, cells = [], 0
    for method, route in DOORS:
        if headers and (not route.startswith("api/") or "auth/logout" in route):
            continue  # a token is for the API; that one would be given back
        if not headers and client.session.get("_auth_user_id") != str(users["operator"].pk):
            client.force_login(users["operator"])
        address = address_of(route, rows, users)
        ScheduleRun.objects.all().delete()
        chosen = {"ids": [_row_of(address, rows).pk]} if "/do/" in address else {}
        options = {"content_type": "application/json"} if method != "GET" and address.startswith("/api/") else {}
        response = getattr(client, method.lower())(address, chosen, headers=headers, **options)
        code = EXCEPTIONS[persona].get((method, route), RULES[persona](method, route))
        wanted = expected(route, (code,))[0]
        cells += 1
        if response.status_code != wanted:
            wrong.append(f'("{method}", "{route}"): {response.status_code},  # not {wanted}')
    print(f"{persona}: {cells} cells")
    assert not wrong, "\n".join(wrong)
