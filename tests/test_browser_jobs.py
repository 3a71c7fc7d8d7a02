"""A job that ends while its page lies in another tab is told, in a real browser."""

import pytest

from tests.browser import DESKTOP, Console, chromium

pytestmark = [pytest.mark.browser, pytest.mark.lab]

BEGIN = """
from datetime import timedelta
from django.contrib.auth import get_user_model
from django.utils import timezone
from jobs.models import Job
user = get_user_model().objects.get(username="admin")
later = timezone.now() + timedelta(hours=1)  # so that no worker takes it
print(Job.objects.create(
    kind="action", title="Stop 3 servers", user=user, username="admin", via="ui", state="running", heartbeat_at=later
).pk)
"""
END = "from jobs.models import Job\nJob.objects.filter(pk={}).update(state='{}')"
# A browser without a window shows no notifications, and its pages are never hidden: both are played.
PLAYED = """
window.told = [];
window.Notification = class {
  static permission = "default";
  static requestPermission = async () => (Notification.permission = "granted");
  constructor(title, { tag }) { window.told.push([title, tag]); }
};
window.away = false;
Object.defineProperty(document, "hidden", { get: () => window.away });
window.leave = (away) => { window.away = away; document.dispatchEvent(new Event("visibilitychange")); };
"""


@pytest.fixture
def window(platform, healthy):
    with chromium() as browser:
        opened = Console(browser, platform.url, viewport=DESKTOP)
        opened.page.add_init_script(PLAYED)
        opened.log_in("admin", "admin123")
        yield opened
        assert opened.errors == []


def shell(platform, text):
    return platform.manage("shell", "--verbosity", "0", "-c", text).stdout.strip().splitlines()[-1:]


def test_the_end_is_told_to_who_went_to_another_tab(window, platform):
    (pk,) = shell(platform, BEGIN)
    page = window.open(f"/jobs/{pk}/")
    button = page.get_by_role("button", name="Notify me when it ends")
    button.click()
    button.wait_for(state="hidden")
    asked = []
    page.evaluate("leave(true)")
    page.on("request", lambda request: asked.append(request.url))
    shell(platform, END.format(pk, "done"))
    page.wait_for_function("window.told.length === 1")
    assert page.evaluate("window.told") == [["Stop 3 servers: done", f"job-{pk}"]]
    assert page.title().startswith("Stop 3 servers: done · ")
    assert not [url for url in asked if "/jobs/tray/" in url], "what nobody sees is not asked for"


def test_without_the_wish_the_title_tells_it(window, platform):
    (pk,) = shell(platform, BEGIN)
    page = window.open(f"/jobs/{pk}/")
    page.evaluate("leave(true)")
    shell(platform, END.format(pk, "failed"))
    page.wait_for_function("document.title.startsWith('Stop 3 servers: failed')")
    assert page.evaluate("window.told") == []
