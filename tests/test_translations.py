"""Both languages are complete: the catalogue holds what the code says, and no Chinese page speaks English."""

import gettext
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.core.management import call_command
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override

from audit.models import Event
from clusters.access import OPERATE, PROVISION, VIEW
from clusters.gateway.errors import CloudError, advice, retell
from clusters.models import Cluster
from jobs import lifecycle
from jobs.models import Job, JobItem, Schedule
from jobs.run import Lane, Run
from jobs.schedules.running import run_now
from opsys.kit.declare import register
from tests.factories import make_server, make_state
from tests.house import BASE, cloud_error_codes, tracked
from tests.words import PLACEHOLDER, Words

CATALOGUE = BASE / "locale/zh_Hans/LC_MESSAGES/django.po"
NOT_COLLECTED = ("lab/", "benchmarks/", "tests/", "docs/")
ACTION_NAME = re.compile(r"[a-z]+\.[a-z_]+(\.[a-z_-]+)?")  # how the audit and the API call an action


def tool(*command: str | Path) -> str:
    """What one of GNU gettext's programs complains about."""
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stderr if done.returncode or "warning" in done.stderr else ""


@pytest.fixture(scope="module")
def messages(tmp_path_factory) -> Path:
    """A folder of locales with the catalogue as it stands now, compiled."""
    folder = tmp_path_factory.mktemp("locale")
    target = folder / "zh_Hans/LC_MESSAGES"
    target.mkdir(parents=True)
    assert not tool("msgfmt", "--check-format", "-o", target / "django.mo", CATALOGUE)
    return folder


@pytest.fixture(scope="module")
def translations(messages) -> dict:
    with (messages / "zh_Hans/LC_MESSAGES/django.mo").open("rb") as file:
        return {key: text for key, text in gettext.GNUTranslations(file)._catalog.items() if key}


@pytest.fixture
def chinese(messages, settings, client):
    """A browser that asks for Chinese as browsers in China do."""
    settings.LOCALE_PATHS = [str(messages)]
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-CN,zh;q=0.9,en;q=0.8"
    return client


# --- the catalogue


def test_nothing_is_missing_untranslated_fuzzy_or_obsolete(tmp_path):
    for path in tracked():
        if path.endswith((".py", ".html")) and not path.startswith(NOT_COLLECTED) and "/tests/" not in path:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(BASE / path, tmp_path / path)
    (tmp_path / "locale").mkdir()
    subprocess.run(
        [sys.executable, "-m", "django", "makemessages", "--locale", "zh_Hans", "--no-location"],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        check=True,
        capture_output=True,
    )
    fresh = tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po"
    complaints = tool("msgcmp", CATALOGUE, fresh)
    assert not complaints, f"run `make messages` and translate: {complaints}"
    obsolete = subprocess.run(["msgattrib", "--only-obsolete", CATALOGUE], capture_output=True, text=True).stdout
    assert not obsolete


def test_every_translation_has_the_placeholders_of_its_message(translations):
    wrong = {
        key: text
        for key, text in translations.items()
        if isinstance(key, str) and sorted(PLACEHOLDER.findall(key)) != sorted(PLACEHOLDER.findall(text))
    }
    assert not wrong


def test_chinese_has_one_plural_form_and_uses_the_number(translations):
    plurals = [(key, text) for key, text in translations.items() if isinstance(key, tuple)]
    assert plurals
    assert all(form == 0 for (_message, form), _text in plurals)
    assert [key for key, text in plurals if not PLACEHOLDER.search(text)] == []


def test_chinese_sentences_end_as_chinese_sentences_do(translations):
    wrong = [
        text for key, text in translations.items() if isinstance(key, str) and key.endswith(".") and text[-1] != "。"
    ]
    assert not wrong


def test_chinese_keeps_to_the_terms_of_the_glossary(translations):
    """docs/translation.md names these words as the ones that are not ours."""
    others = re.compile("云主机|云硬盘|实例类型|帐号")
    wrong = [text for text in translations.values() if others.search(text)]
    assert not wrong


# --- the pages


PRODUCT = {
    "OpenStack",
    "API",
    "ID",
    "IP",
    "MAC",
    "Ctrl",
    "CSV",
    "Excel",
    "XLSX",
    "JSON",
    "CA",
    "UTC",
    "GiB",
    "MTU",
    "QoS",
    "RBAC",
    "DSCP",
    "Cookie",
    "PEM",
    "TLS",
    "compute",
}
CLOUD = {"ACTIVE", "SHUTOFF", "ERROR", "BUILD", "powering-off", "DOWN", "available", "in-use"}
NAMES = {"east", "west", "north", "south", "web", "db", "root", "vera", "olga", "small", "east-cmp", "shore"}


@cache
def known_words() -> set[str]:
    filters = [spec for resource in register.resources() for spec in resource.filters]
    return PRODUCT | CLOUD | NAMES | {str(value) for spec in filters for value, _label in spec.choices}


def english_of(page: str) -> list[str]:
    found = set(Words(page).found) - known_words()
    return sorted(word for word in found if not ACTION_NAME.fullmatch(word))


@pytest.fixture
def world(cluster, other_cluster, make_user):
    """Rows in every state a page draws differently."""
    now = timezone.now()
    Cluster.objects.filter(pk=cluster.pk).update(capabilities={"services": {"compute": {"max": "2.96"}}})
    make_state(cluster, synced_at=now, full_at=now, changed_at=now)
    error = CloudError("authentication", cluster="west", detail="401")
    make_state(other_cluster, synced_at=now, error_code=error.code, error=str(error), failures=1)
    Cluster.objects.create(name="north", auth_url="http://north.invalid/v3", enabled=False)
    Cluster.objects.create(name="south", auth_url="http://south.invalid/v3")
    web = make_server(cluster, name="web-1", flavor="small", host="east-cmp1", data={}, created_at=now)
    busy = make_server(cluster, name="web-2", flavor="small", status="ACTIVE", task_state="powering-off")
    make_server(other_cluster, name="db-1", flavor="small", status="SHUTOFF", locked=True)
    user = make_user("olga", {c: [VIEW, OPERATE, PROVISION] for c in Cluster.objects.all()})
    for phase in Event.Phase.values:
        Event.objects.create(
            user=user,
            username="olga",
            via="ui",
            action="compute.server.stop",
            phase=phase,
            resource="compute.server",
            cluster=cluster,
            cluster_name="east",
            cloud_id=web.cloud_id,
            name="web-1",
        )
    job = Job.objects.create(kind="action", title="web", user=user, username="olga", via="ui", params={})
    for position, state in enumerate(JobItem.State.values):
        JobItem.objects.create(
            job=job, position=position, cluster=cluster, cluster_name="east", target=web.pk, name="web-1", state=state
        )
    with override("zh-hans"):
        nightly = Schedule.objects.create(name="web", owner=user, cron="0 19 * * *", action="stop", query="q=no-such")
        run_now(nightly)
    return {"web": web, "busy": busy, "user": user, "job": job, "schedule": nightly}


def page_addresses(world) -> dict[str, str]:
    web, busy = world["web"], world["busy"]
    stop = reverse("compute:servers-action", args=["stop"])
    return {
        "servers": reverse("compute:servers"),
        "volumes": reverse("storage:volumes"),
        "networks": reverse("networking:networks"),
        "nothing found": reverse("compute:servers") + "?q=no-such-thing",
        "one cluster": reverse("compute:servers") + "?cluster=south",
        "row menu": reverse("compute:servers-menu", args=[web.pk]),
        "row menu of a busy one": reverse("compute:servers-menu", args=[busy.pk]),
        "detail": reverse("compute:servers-item", args=["east", web.cloud_id]),
        "dialog": f"{stop}?ids={web.pk}&ids={busy.pk}",
        "dialog without a choice": f"{stop}?ids={busy.pk}",
        "danger": reverse("compute:servers-action", args=["delete"]) + f"?ids={web.pk}",
        "columns": reverse("compute:servers-columns"),
        "new view": reverse("compute:servers-view"),
        "found": reverse("find") + "?q=web",
        "nothing found anywhere": reverse("find") + "?q=east-cmp&cluster=south",
        "audit": reverse("audit:list"),
        "audit without events": reverse("audit:list") + "?q=no-such-thing",
        "jobs": reverse("jobs:list"),
        "job": reverse("jobs:item", args=[world["job"].pk]),
        "schedules": reverse("jobs:schedules"),
        "schedule": reverse("jobs:schedule", args=[world["schedule"].pk]),
        "new schedule": reverse("jobs:schedule-new"),
        "schedule without times": reverse("jobs:schedule-preview") + "?cron=x&time_zone=UTC",
        "schedule to delete": reverse("jobs:schedule-delete", args=[world["schedule"].pk]),
        "password": reverse("accounts:password-change"),
        "not found": "/no/such/page/",
    }


def test_pages_speak_chinese(chinese, world):
    chinese.force_login(world["user"])
    english = {}
    for name, address in page_addresses(world).items():
        page = chinese.get(address).content.decode()
        assert re.search(r"[\u4e00-\u9fff]", page), name
        if words := english_of(page):
            english[name] = words
    assert english == {}


def test_pages_speak_chinese_to_strangers(chinese, db):
    assert english_of(chinese.get(reverse("account_login")).content.decode()) == []
    wrong = chinese.post(reverse("account_login"), {"username": "root", "password": "?"}).content.decode()
    assert "invalid-feedback" in wrong or "alert" in wrong
    assert english_of(wrong) == []


def test_pages_speak_chinese_without_a_cluster(chinese, make_user, platform_admin):
    for user in (make_user("vera"), platform_admin):
        chinese.force_login(user)
        assert english_of(chinese.get(reverse("compute:servers")).content.decode()) == []


def test_outcomes_speak_chinese(chinese, world, make_user):
    chinese.force_login(make_user("vera", {world["web"].cluster: [VIEW]}))
    for action in ("stop", "delete"):
        answer = chinese.post(reverse("compute:servers-action", args=[action]), {"ids": [world["web"].pk]})
        assert "您在集群 east 上没有" in answer.content.decode()
        assert english_of(answer.content.decode()) == []


@pytest.mark.parametrize("template", ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"])
def test_error_pages_speak_chinese(chinese, template):
    with override("zh-hans"):
        page = render_to_string(template)
    assert 'lang="zh-hans"' in page
    assert english_of(page) == []


def test_the_finder_finds(chinese):
    page = '<p title="Look">停止 Stop<code>not</code><span lang="en">nor</span></p><input placeholder="Name">'
    assert Words(page).found == ["Look", "Stop", "Name"]


# --- what is not a page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("code", cloud_error_codes())
def test_every_error_of_a_cloud_is_a_sentence_in_both_languages(chinese, language, code):
    with override(language):
        said = str(CloudError(code, cluster="east", detail="No valid host"))
        assert said.startswith(advice(code) % {"cluster": "east", "service": ""})
        assert "No valid host" in said
        assert bool(re.search(r"[\u4e00-\u9fff]", said)) == (language == "zh-hans")


@pytest.mark.parametrize("detail", ["", "No valid host was found"])
def test_an_error_the_worker_wrote_down_is_read_in_the_readers_language(chinese, detail):
    error = CloudError("server_error", cluster="east", detail=detail)
    stored = str(error)
    with override("zh-hans"):
        assert retell("server_error", "east", stored) == str(error) != stored
        assert retell("server_error", "renamed", stored) == stored
    assert retell("server_error", "east", stored) == stored


def test_the_api_gives_codes_beside_chinese_reasons(chinese, world, make_user):
    chinese.force_login(make_user("vera", {world["web"].cluster: [VIEW]}))
    rows = chinese.get("/api/v1/compute/servers/").json()["results"]
    stop = next(row for row in rows if row["name"] == "web-1")["actions"]["stop"]
    assert (stop["allowed"], stop["code"]) == (False, "permission")
    assert stop["reason"] == "您在集群 east 上没有“操作”权限。"
    assert chinese.get("/api/v1/compute/servers/0/").json()["code"] == "not_found"


def test_commands_work_in_both_languages(chinese, cluster, monkeypatch, capsys):
    monkeypatch.setenv("OPSYS_PASSWORD", "a long enough one")
    for language, said in (("en", "Created user"), ("zh-hans", "已创建用户")):
        with override(language):
            call_command("create_user", f"new-{language}", "--role", "viewer", "--everywhere")
            assert said in capsys.readouterr().out
            call_command("list_users")
            call_command("list_clusters")
            assert "east" in capsys.readouterr().out


def test_a_job_gives_its_reasons_in_the_language_of_who_started_it(db, make_user, monkeypatch):
    monkeypatch.setattr(lifecycle, "dispatch", lambda job_id: None)
    with override("zh-hans"):
        job = lifecycle.submit(
            "action", "title", [], user=make_user("olga"), via="ui", params={"resource": "compute.server"}
        )
    spoken = []
    monkeypatch.setattr(Run, "_lanes", lambda run: [Lane(1), Lane(2)])
    monkeypatch.setattr(Run, "_drain", lambda run, lane: spoken.append(get_language()))
    monkeypatch.setattr(Run, "_keep_alive", lambda run: None)
    monkeypatch.setattr(Run, "_end", lambda run: spoken.append(get_language()))
    Run(job)()
    assert set(spoken) == {"zh-hans"}
    assert get_language() == "en"
