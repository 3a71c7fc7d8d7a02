"""Changing FERNET_KEYS while people work, and having lost them."""

import threading

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client

from accounts.second_factor.adapter import SecondFactorAdapter
from audit.models import Event
from clusters import gateway
from clusters.encrypted import KeyMissing
from clusters.gateway import CloudError
from clusters.models import Credential
from jobs.models import Job

OLD, NEW = "old-key-0123456789-0123456789-0123456789", "new-key-0123456789-0123456789-0123456789"
STAGES = ([OLD], [OLD, NEW], [NEW, OLD], [NEW])
SECRET = "Kanarie-Rotation-77d1"


def stored(table, column="secret"):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize("stage", [0, 1], ids=["new key read everywhere", "new key written"])
def test_processes_of_neighbouring_stages_read_each_other(cluster, settings, stage):
    """While processes are restarted one after another, some have the keys of before."""
    for writer, reader in ((stage, stage + 1), (stage + 1, stage)):
        settings.FERNET_KEYS = STAGES[writer]
        Credential.objects.update(secret=SECRET)
        settings.FERNET_KEYS = STAGES[reader]
        assert Credential.objects.get().secret == SECRET


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("mysql" not in settings.DATABASES["default"]["ENGINE"], reason="SQLite has one writer at a time")
def test_nothing_fails_while_everything_is_encrypted_anew(cluster, make_user, settings):
    """Readers read and writers write, while `rotate-secrets` runs several times."""
    settings.FERNET_KEYS = [OLD]
    Credential.objects.update(secret=SECRET)
    user = make_user("ada")
    jobs = [Job.objects.create(user=user, username="ada", via="ui", kind="x", inputs=SECRET) for _ in range(20)]
    settings.FERNET_KEYS = [NEW, OLD]
    done, errors, counts = threading.Event(), [], {"read": 0, "written": 0}

    def until_done(name, work):
        def run():
            try:
                while not done.is_set():
                    work()
                    counts[name] += 1
            except Exception as error:  # noqa: BLE001 - told below
                errors.append(error)
            finally:
                connections.close_all()

        return threading.Thread(target=run)

    def read():
        assert Credential.objects.get().secret == SECRET
        assert {job.inputs for job in Job.objects.all()} == {SECRET}

    def write():
        job = Job.objects.get(pk=jobs[0].pk)
        job.inputs = SECRET
        job.save(update_fields=["inputs"])
        Credential.objects.update(username=f"user-{counts['written']}")

    crowd = [until_done("read", read), until_done("read", read), until_done("written", write)]
    for thread in crowd:
        thread.start()
    for _again in range(5):
        call_command("rotate_secrets", verbosity=0)
    while not errors and min(counts.values()) < 5:
        done.wait(0.01)
    done.set()
    for thread in crowd:
        thread.join()
    print(f"while it was encrypted anew: {counts}")
    assert not errors
    settings.FERNET_KEYS = [NEW]
    assert Credential.objects.get().secret == SECRET
    assert {job.inputs for job in Job.objects.all()} == {SECRET}
    assert Credential.objects.get().username.startswith("user-"), "what else stands in the row was not put back"


def test_seeds_are_encrypted_anew_too(cluster, make_user, settings):
    settings.FERNET_KEYS = [OLD]
    seed = SecondFactorAdapter().encrypt("JBSWY3DP")
    row = Authenticator.objects.create(user=make_user("ada"), type="totp", data={"secret": seed})
    Credential.objects.update(secret=SECRET)
    settings.FERNET_KEYS = [NEW, OLD]
    call_command("rotate_secrets", verbosity=0)
    settings.FERNET_KEYS = [NEW]
    row.refresh_from_db()
    assert SecondFactorAdapter().decrypt(row.data["secret"]) == "JBSWY3DP"
    assert Event.objects.filter(action="secrets.rotate", via="cli").count() == 1


class TestLost:
    @pytest.fixture(autouse=True)
    def lost(self, cluster, settings, make_user):
        settings.FERNET_KEYS = [OLD]
        Credential.objects.update(secret=SECRET)
        Job.objects.create(user=make_user("jo"), username="jo", via="ui", kind="x", inputs=SECRET)
        self.before = stored("clusters_credential"), stored("jobs_job", "inputs")
        settings.FERNET_KEYS = [NEW]

    def untouched(self):
        return (stored("clusters_credential"), stored("jobs_job", "inputs")) == self.before

    def test_it_is_a_sentence(self):
        with pytest.raises(KeyMissing, match="FERNET_KEYS"):
            Credential.objects.get()

    def test_a_call_to_a_cloud_says_so(self, cluster):
        with pytest.raises(CloudError) as caught, gateway.call(cluster):
            pass
        assert caught.value.code == "key_missing" and "FERNET_KEYS" in str(caught.value)
        assert cluster.name in str(caught.value)

    def test_openstacks_own_tools_are_told_so(self, cluster):
        with pytest.raises(CloudError) as caught:
            gateway.environment_of(cluster)
        assert caught.value.code == "key_missing" and cluster.name in str(caught.value)

    def test_encrypting_anew_changes_nothing(self, settings):
        for keys in ([NEW], ["another-key-0123456789-0123456789-0123456789", NEW]):
            settings.FERNET_KEYS = keys
            with pytest.raises(CommandError, match="FERNET_KEYS"):
                call_command("rotate_secrets", verbosity=0)
            assert self.untouched() and not Event.objects.filter(action="secrets.rotate").exists()

    def test_pages_say_so(self, platform_admin, settings):
        client = Client()
        client.force_login(platform_admin)
        page = client.get(f"/jobs/{Job.objects.values_list('pk', flat=True)[0]}/")
        assert page.status_code == 503 and "FERNET_KEYS" in page.content.decode()
        answer = client.get(f"/api/v1/jobs/{Job.objects.values_list('pk', flat=True)[0]}/")
        assert (answer.status_code, answer.json()["code"]) == (503, "key_missing")
        assert self.untouched()

    def test_the_clusters_page_opens_and_takes_a_new_secret(self, cluster, platform_admin, monkeypatch):
        client = Client()
        client.force_login(platform_admin)
        address = f"/admin/clusters/cluster/{cluster.pk}/change/"
        page = client.get(address)
        assert page.status_code == 200
        form = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
        form = {name: value for name, value in form.items() if value is not False}
        assert client.post(address, {**form, "description": "kept", "secret": "", "enabled": ""}).status_code == 302
        assert self.untouched()
        assert client.post(address, {**form, "secret": "entered again", "enabled": ""}).status_code == 302
        assert Credential.objects.get().secret == "entered again"
