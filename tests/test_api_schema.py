"""The description of the API and the API itself: made-up requests find no crash, and no answer that it does not
describe."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.validation import validate_schema
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from accounts.models import ApiToken
from clusters import gateway
from clusters.gateway import CloudError
from opsys.kit.declare import register

EXAMPLES = 6
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def description() -> dict:
    return SchemaGenerator().get_schema(request=None, public=True)


def test_it_is_valid_and_every_operation_has_a_name_of_its_own(description):
    validate_schema(description)
    names = [operation["operationId"] for path in description["paths"].values() for operation in path.values()]
    assert len(names) == len(set(names))


def test_every_list_and_action_is_described(description):
    for resource in register.resources():
        base = f"/api/v1/{resource.app}/{resource.slug}/"
        assert {base, f"{base}{{id}}/", f"{base}export/"} <= set(description["paths"])
        for action in resource.actions:
            door = "do" if action.scope == "item" else "new"
            body = description["paths"][f"{base}{door}/{action.name}/"]["post"]["requestBody"]
            params = body["content"]["application/json"]["schema"]["properties"]["params"]["properties"]
            assert set(params) == set(action.form.base_fields if action.form else ())


@pytest.fixture
def world(cluster, platform_admin, monkeypatch):
    """One row of each type, and a cloud that cannot be reached. A token of somebody who may do everything."""

    def unreachable(*args, **kwargs):
        raise CloudError("unreachable", cluster="east")

    monkeypatch.setattr(gateway, "call", unreachable)
    for resource in register.resources():
        resource.model.objects.create(
            cluster=cluster, cloud_id="id-1", name="one", synced_at=timezone.now(), status="ACTIVE", digest=""
        )
    return ApiToken.objects.create(user=platform_admin)[1]


def aim(case) -> None:
    """At rows and clusters there are: made-up ones end at the first check."""
    domain_and_slug = case.path.removeprefix("/api/v1/").split("/")[:2]
    models = {(r.app, r.slug): r.model for r in register.resources()}
    if (model := models.get(tuple(domain_and_slug))) is None:
        return
    pk = model.objects.values_list("pk", flat=True).first()
    if "id" in (case.path_parameters or {}):
        case.path_parameters["id"] = pk
    if isinstance(case.body, dict):
        if "/do/" in case.path:
            case.body["ids"] = [pk]
            case.body.pop("filter", None)
        if "cluster" in case.body:
            case.body["cluster"] = "east"
    for name in ("cluster", "group"):
        (case.query or {}).pop(name, None)


@pytest.fixture
def one_transaction():
    """Requests to the real WSGI application run in the test's own transaction, whose connection each request would
    close; Django's test client takes the same signals away."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.slow
@pytest.mark.any_database
def test_made_up_requests_find_no_crash_and_no_answer_that_is_not_described(world, one_transaction):
    # The client in between unpacks nothing.
    headers = {"Authorization": f"Token {world}", "Accept-Encoding": "identity"}
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/?format=json", get_wsgi_application(), headers=headers)
    tried, wrong = 0, []
    for found in schema.get_all_operations():
        operation = found.ok()
        if "/auth/" in operation.path:
            continue  # would end the very session that asks

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy())
        def try_out(case):
            aim(case)
            case.call_and_validate(headers=headers, checks=CHECKS)

        try:
            try_out()
        except FailureGroup as failures:
            wrong.append(f"{operation.label}: {failures.exceptions}")
        tried += 1
    assert not wrong, "\n".join(wrong)
    assert tried > 80
