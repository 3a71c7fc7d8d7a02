"""In a real browser: coming in from a provider, an action that takes two, and all pages about who may do what."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import DESKTOP, PHONE, Console
from tests.platform import Platform
from tests.provider import provider_running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "Wx7-tulip-harbour-41"
SEED = f"""
from django.contrib.auth.models import Group
from accounts.models import Grant, User
from clusters.models import Cluster
from opsys.kit.approvals.models import ApprovalRule
from tests.factories import make_cluster, make_server, make_state
east = make_cluster("east")
Cluster.objects.filter(pk=east.pk).update(auth_url="http://127.0.0.1:9/v3")
make_server(east, name="web-1")
make_state(east, "compute.server")
ApprovalRule.objects.create(action="compute.server.stop", cluster=east)
for name in ("olga", "root"):
    User.objects.create_user(name, password="{PASSWORD}", is_superuser=name == "root")
Grant.objects.create(user=User.objects.get(username="olga"), role="operator", cluster=east)
Grant.objects.create(group=Group.objects.create(name="ops"), role="operator", cluster=east)
"""
STATES = """
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from audit.acting import SYSTEM
from accounts.tokens.making import make
from clusters.models import Cluster
from opsys.kit.approvals.models import Approval
east, olga, root = Cluster.objects.get(), User.objects.get(username="olga"), User.objects.get(username="root")
now = timezone.now()
given = {"resource": "compute.server", "action": "create", "cluster": east, "pks": ["x"], "via": "ui"}
given |= {"items": [{"name": "web-2", "cluster": "east", "id": ""}], "expires_at": now + timedelta(hours=4)}
given |= {"inputs": '[["web-2", {"name": "web-2", "flavor": "m1.large", "count": 1}]]'}
decided = {"state": "approved", "decided_by": root, "decided_at": now, "answer": "Agreed in the change meeting."}
failed = {"outcomes": [{"name": "web-2", "status": "failed", "reason": "The cloud cannot be reached."}]}
Approval.objects.create(pk=102, user=olga, **given)
Approval.objects.create(pk=103, user=root, **given)
Approval.objects.create(pk=104, user=olga, **given | decided, result=failed)
Approval.objects.create(pk=105, user=olga, **given | {"expires_at": now - timedelta(hours=1)})
make(root, actor=SYSTEM, name="nightly report", scope="read", clusters=[east], days=30)
"""
# Django's own: its box of choices and its pair of date and time have a label that axe does not find.
OF_DJANGO = re.compile("select2-selection|vDateField|vTimeField")
PAGES = {
    "sign-on": "/accounts/login/",
    "approvals": "/approvals/",
    "approval to decide": "/approvals/102/",
    "approval asked": "/approvals/103/",
    "approval approved": "/approvals/104/",
    "approval expired": "/approvals/105/",
    "second factors": "/accounts/second-factor/",
    "an app": "/accounts/second-factor/app/",
    "a passkey": "/accounts/second-factor/passkeys/add/",
    "sessions": "/accounts/sessions/",
    "tokens": "/accounts/tokens/",
    "a new token": "/accounts/tokens/new/",
    "own rights": "/accounts/rights/",
    "rights": "/accounts/rights/all/?cluster=east",
    "audit": "/audit/",
}
OF_ADMIN = {
    "admin": "/admin/",
    "admin, rules": "/admin/kit/approvalrule/",
    "admin, a rule": "/admin/kit/approvalrule/add/",
    "admin, grants": "/admin/accounts/grant/",
    "admin, a grant": "/admin/accounts/grant/add/",
    "admin, tokens": "/admin/accounts/apitoken/",
    "admin, a role": "/admin/accounts/ownrole/add/",
    "admin, rotate": "/admin/clusters/cluster/1/rotate/",
}


@pytest.fixture(scope="module")
def provider():
    with provider_running() as running:
        running.person("sub-1", preferred_username="sam", groups=["cloud-ops"], sid="s-1")
        yield running


@pytest.fixture(scope="module")
def site(tmp_path_factory, provider):
    running = Platform(tmp_path_factory.mktemp("approvals"))
    provider.register(f"{running.url}/accounts/single-sign-on/back/")
    running.environment |= {
        "OIDC_ISSUER": provider.url,
        "OIDC_CLIENT_ID": provider.client_id,
        "OIDC_CLIENT_SECRET": provider.client_secret,
        "OIDC_NAME": "Example SSO",
        "OIDC_GROUPS": "cloud-ops=ops",
    }
    running.manage("migrate", "--verbosity", "0")
    running.manage("shell", "-c", SEED)
    running.start("web")
    yield running
    running.stop()


def log_in(console):
    console.page.click("text=Example SSO")
    console.page.fill("input[name=sub]", "sub-1")
    console.page.click("button:not([value=deny])")
    console.page.wait_for_url(f"{console.url}/")


def ask(site):
    """olga asks to stop the server."""
    olga = site.session("olga", PASSWORD)
    (server,) = olga.rows("compute/servers/")
    assert olga.do("compute/servers/", "stop", server["id"])[0]["code"] == "approval"


def test_who_came_from_the_provider_approves(browser, site, provider, tmp_path):
    ask(site)
    sam = Console(browser, site.url, viewport=DESKTOP)
    sam.page.goto(f"{site.url}/accounts/login/")
    assert sam.violations() == []
    sam.page.screenshot(path=str(tmp_path / "login.png"))
    log_in(sam)
    sam.errors.clear()  # the provider's page names a picture that is not there
    page = sam.open("/approvals/")
    expect(page.locator("main")).to_contain_text("olga")
    assert sam.violations() == [] and sam.overflow() == 0
    page.screenshot(path=str(tmp_path / "list.png"))
    page.click("main table a")
    expect(page.locator("main")).to_contain_text("web-1")
    assert sam.violations() == []
    page.screenshot(path=str(tmp_path / "item.png"))
    page.click("text=Approve and run")
    expect(page.locator("main")).to_contain_text("cannot be reached")  # there is no cloud behind it
    page.screenshot(path=str(tmp_path / "done.png"))
    assert sam.errors == []
    answer = provider.sign_out(f"{site.url}/accounts/single-sign-on/signed-out/", sub="sub-1", sid="s-1")
    assert answer.status_code == 200
    sam.open("/approvals/")
    assert "/accounts/login/" in page.url


@pytest.mark.parametrize(("viewport", "language", "dark"), [(DESKTOP, "en", False), (PHONE, "zh-hans", True)])
def test_pages_fit_and_are_accessible(browser, site, tmp_path, viewport, language, dark):
    if language == "en":
        site.manage("shell", "-c", STATES)
    console = Console(browser, site.url, viewport=viewport, language=language, dark=dark)
    wrong = []
    for name, path in (PAGES | OF_ADMIN).items():
        if name == "approvals":
            console.log_in("root", PASSWORD)
        console.open(path)
        console.page.screenshot(path=str(tmp_path / f"{name}.png"), full_page=True)
        wrong += [f"{name}: {found}" for found in console.violations() if not OF_DJANGO.search(found)]
        if name in PAGES:
            wrong += [f"{name}: {error}" for error in console.errors]
            if over := console.overflow():
                wrong.append(f"{name}: {over} pixels too wide")
    assert wrong == []
