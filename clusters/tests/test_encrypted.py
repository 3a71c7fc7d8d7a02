import pytest
from cryptography.fernet import InvalidToken
from django.core.exceptions import FieldError
from django.core.management import call_command
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Upper

from clusters.models import Credential

OLD, NEW = "old-key-0123456789-0123456789-0123456789", "new-key-0123456789-0123456789-0123456789"


def stored(credential: Credential) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM clusters_credential WHERE id = %s", [credential.pk])
        return cursor.fetchone()[0]


def test_the_database_holds_no_clear_text(cluster):
    credential = cluster.credential
    credential.secret = "geheim 密码"
    credential.save()
    assert "geheim" not in stored(credential)
    assert Credential.objects.get().secret == "geheim 密码"


def test_bulk_update_encrypts_each_value(cluster, other_cluster):
    credentials = list(Credential.objects.order_by("pk"))
    credentials[0].secret, credentials[1].secret = "one", "two"
    Credential.objects.bulk_update(credentials, ["secret"])
    assert list(Credential.objects.order_by("pk").values_list("secret", flat=True)) == ["one", "two"]
    assert all(stored(credential).startswith("gAAAA") for credential in credentials)


def test_update_encrypts(cluster):
    Credential.objects.update(secret="three")
    assert stored(cluster.credential).startswith("gAAAA")
    assert Credential.objects.get().secret == "three"


def test_a_wrong_key_is_loud(cluster, settings):
    settings.FERNET_KEYS = [NEW]
    with pytest.raises(InvalidToken):
        Credential.objects.get()


def test_rotation(cluster, settings):
    settings.FERNET_KEYS = [OLD]
    Credential.objects.update(secret="kept")
    settings.FERNET_KEYS = [NEW, OLD]
    call_command("rotate_secrets")
    settings.FERNET_KEYS = [NEW]
    assert Credential.objects.get().secret == "kept"


def test_a_ciphertext_of_another_column_does_not_open(cluster, monkeypatch):
    field = Credential._meta.get_field("secret")
    monkeypatch.setattr(type(field), "_purpose", "other.model.column")
    with pytest.raises(InvalidToken):
        Credential.objects.get()


@pytest.mark.parametrize("expression", [F("username"), Upper(Value("x"))])
def test_expressions_are_refused(cluster, expression):
    with pytest.raises(FieldError):
        Credential.objects.update(secret=expression)


@pytest.mark.parametrize("lookup", ["secret", "secret__contains", "secret__in", "secret__startswith"])
def test_only_isnull_can_be_looked_up(cluster, lookup):
    with pytest.raises(FieldError):
        list(Credential.objects.filter(**{lookup: ["x"] if lookup.endswith("in") else "x"}))
    assert not Credential.objects.filter(secret__isnull=True).exists()


def test_dumpdata_holds_no_secret(cluster, capsys):
    Credential.objects.update(secret="canary")
    call_command("dumpdata", "clusters")
    out = capsys.readouterr().out
    assert "canary" not in out and '"secret": ""' in out
