from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib import admin
from django.utils import timezone

from accounts.models import Grant, User
from accounts.tokens.making import make
from audit.acting import SYSTEM
from audit.models import Event
from clusters.models import Closure, Cluster, ClusterGroup
from tests.factories import make_state

INDEX = "/admin/"


@pytest.fixture
def page(client, platform_admin):
    client.force_login(platform_admin)
    return client


def attempt(name, address="192.0.2.1", failures=20):
    values = {"attempt_time": timezone.now(), "user_agent": "x", "path_info": "/"}
    return AccessAttempt.objects.create(username=name, ip_address=address, failures_since_start=failures, **values)


def test_tables_stand_by_task_and_none_is_missing(page):
    apps = page.get(INDEX).context["app_list"]
    names = [app["name"] for app in apps]
    assert names[:8] == ["Clouds", "Guard rails", "People", "Rights", "Terminal", "Work", "Monitoring", "Proof"]
    shown = [model["model"]._meta.label for app in apps for model in app["models"]]
    assert len(shown) == len(set(shown))
    assert set(shown) == {model._meta.label for model in admin.site._registry}
    assert not {"Axes", "Knox", "Django-Rest-Knox"} & set(names)


def test_at_rest_nothing_needs_attention(page, cluster):
    for code in ("no_service", "forbidden"):
        make_state(cluster, f"storage.{code}", error="So it is.", error_code=code)
    assert page.get(INDEX).context["attention"] == []


def test_what_needs_attention_stands_on_top(page, cluster, make_user, settings):
    make_state(cluster, error="the cloud does not answer")
    attempt("eve")
    ada = make_user()
    User.objects.filter(pk=ada.pk).update(must_add_second_factor=True)
    Grant.objects.create(user=ada, role="viewer", cluster=cluster, expires_at=timezone.now() + timedelta(days=2))
    User.objects.filter(pk=ada.pk).update(must_add_second_factor=True)
    make(ada, actor=SYSTEM, name="ci", days=3)
    Closure.objects.create(cluster=cluster, reason="new switches")
    texts = [line.text for line in page.get(INDEX).context["attention"]]
    assert texts == [
        "Clusters that cannot be read completely: 1",
        "Names locked out after failed logins: 1",
        "Accounts that lack a required second factor: 1",
        "Grants that end within a week: 1",
        "API tokens that end within a week: 1",
        "Cluster east is locked for maintenance: new switches",
    ]


def test_unlocking(page, settings):
    settings.AXES_FAILURE_LIMIT = 8
    row = attempt("eve")
    page.post("/admin/axes/accessattempt/", {"action": "unlock", "_selected_action": [row.pk]})
    assert not AccessAttempt.objects.exists()
    assert Event.objects.get(action="auth.unlock").params == {"address": "192.0.2.1"}


def test_a_user_s_page_has_what_is_theirs(page, client, make_user):
    ada = make_user(time_zone="Asia/Shanghai")
    make(ada, actor=SYSTEM, name="backup script", days=3)
    shown = page.get(f"/admin/accounts/user/{ada.pk}/change/").content.decode()
    assert "backup script" in shown and '<option value="Asia/Shanghai" selected>' in shown
    assert "/accounts/rights/all/?user=ada" in shown


def test_many_at_once(page, make_user):
    people = [make_user(name) for name in ("ada", "bob")]
    attempt("ada")
    chosen = {"_selected_action": [person.pk for person in people]}
    page.post("/admin/accounts/user/", {"action": "unlock_accounts", **chosen})
    assert not AccessAttempt.objects.exists()
    page.post("/admin/accounts/user/", {"action": "disable", **chosen})
    assert not User.objects.filter(username__in=("ada", "bob"), is_active=True).exists()
    assert Event.objects.filter(action="accounts.user.change", username="root").count() == 2


def test_two_hundred_clusters_and_two_thousand_people_cost_no_more_queries(page, django_assert_max_num_queries):
    group = ClusterGroup.objects.create(name="all")
    Cluster.objects.bulk_create(
        Cluster(name=f"c{number}", group=group, auth_url="https://c.example.com/v3") for number in range(200)
    )
    User.objects.bulk_create(User(username=f"u{number}") for number in range(2000))
    for address, most in (
        (INDEX, 25),
        ("/admin/clusters/cluster/", 20),
        ("/admin/accounts/user/", 20),
        ("/accounts/rights/all/?user=u7", 40),
        ("/accounts/rights/all/?cluster=c7", 40),
    ):
        with django_assert_max_num_queries(most):
            assert page.get(address).status_code == 200
