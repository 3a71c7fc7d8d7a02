"""The log as a file, and what an auditor can verify of it without the platform."""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from pycadf.event import Event as CadfEvent
from pycadf.host import Host
from pycadf.reason import Reason
from pycadf.resource import Resource

from audit.export import verify_export
from audit.export.formats import OCSF_VERSION
from audit.models import Event
from audit.proof import keys

VERIFIER = Path(verify_export.__file__)


@pytest.fixture
def events(cluster):
    for n in range(5):
        named = {"cluster": cluster, "cluster_name": "east"} if n % 2 else {}
        Event.objects.create(
            via="ui",
            action="compute.server.delete",
            phase="refused",
            resource="compute.server",
            name=f"=cmd {n} 数",
            cloud_id=f"id-{n}",
            username="ada",
            client="192.0.2.4",
            reason="locked",
            params={"n": n},
            **named,
        )
    return Event.objects.filter(action="compute.server.delete")


def export(tmp_path: Path, *options: str) -> Path:
    path = tmp_path / "export"
    call_command("audit_export", "--output", str(path), *options)
    return path


def verified(path: Path, key: str = "", **environment: str) -> tuple[int, str]:
    """As an auditor runs it: a copy of the one file, elsewhere, in a Python of its own."""
    copy = path.parent / "verify.py"
    copy.write_text(VERIFIER.read_text())
    command = [sys.executable, "-I", str(copy), str(path), key or keys.public_keys()[0]]
    done = subprocess.run(command, capture_output=True, text=True, env={**os.environ, **environment})
    return done.returncode, done.stdout


def test_json_lines(events, tmp_path):
    lines = [json.loads(line) for line in export(tmp_path, "--user", "ada").read_text().splitlines()]
    assert [line["params"] for line in lines] == [{"n": n} for n in range(5)]
    assert lines[0]["number"] == events.earliest("pk").pk
    exported = Event.objects.get(action="audit.event.export")
    assert exported.params == {"format": "jsonl", "user": "ada", "lines": 5}


def test_csv_computes_nothing(events, tmp_path):
    with export(tmp_path, "--format", "csv", "--cluster", "east").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows if row["username"] == "ada"] == ["'=cmd 1 数", "'=cmd 3 数"]


def test_cadf(events, tmp_path):
    record = json.loads(export(tmp_path, "--format", "cadf", "--user", "ada").read_text().splitlines()[1])
    assert (record["action"], record["outcome"], record["eventType"]) == ("delete", "failure", "activity")
    assert record["initiator"]["name"] == "ada" and record["initiator"]["host"]["address"] == "192.0.2.4"
    assert record["target"]["id"] == "id-1" and record["target"]["typeURI"] == "service/compute/server"
    assert record["eventTime"].endswith("+00:00")


def test_ocsf(events, tmp_path):
    record = json.loads(export(tmp_path, "--format", "ocsf", "--user", "ada").read_text().splitlines()[1])
    assert (record["class_uid"], record["activity_id"], record["type_uid"]) == (6003, 4, 600304)
    assert (record["status_id"], record["cloud"]["region"]) == (2, "east")


CLIENTS = ("192.0.2.4", "2001:db8::7", "olga@desk", "")


@pytest.fixture
def of_every_kind(events, cluster):
    """Events of all phases, from everywhere, by people and by nobody, with and without a target."""
    for phase in Event.Phase:
        for client in CLIENTS:
            Event.objects.create(via="cli", action=f"compute.server.{phase}", phase=phase, client=client)
    Event.objects.create(via="api", action="auth.login", phase="failed", username="ада 数", error_code="x")


def test_ocsf_holds_against_its_schema(of_every_kind, tmp_path):
    """The schema of API Activity as OCSF publishes it."""
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=OCSF_VERSION))
    schema = schema.get_class_schema(class_name="api_activity", profiles=["cloud", "datetime"])
    validator = jsonschema.Draft202012Validator(schema)
    lines = export(tmp_path, "--format", "ocsf").read_text().splitlines()
    assert len(lines) > 25
    assert [error.message for line in lines for error in validator.iter_errors(json.loads(line))] == []


@pytest.mark.filterwarnings("ignore:Invalid uuid")  # ids of the clouds are theirs
def test_cadf_holds_against_openstacks_own_library(of_every_kind, tmp_path):
    for line in export(tmp_path, "--format", "cadf").read_text().splitlines():
        record = json.loads(line)
        parts = {name: Resource(**part(record[name])) for name in ("initiator", "target", "observer")}
        reason = {"reason": Reason(**record["reason"])} if "reason" in record else {}
        plain = {name: record[name] for name in ("eventType", "id", "eventTime", "action", "outcome")}
        assert CadfEvent(**plain, **parts, **reason).is_valid(), record


def part(of_record):
    """What pycadf wants as values of its own."""
    found = {name: value for name, value in of_record.items() if name in ("id", "typeURI", "name") and value}
    if "host" in of_record:
        found["host"] = Host(**{name: value for name, value in of_record["host"].items() if value})
    return found


@pytest.mark.parametrize("cryptography", [True, False], ids=["cryptography", "openssl"])
def test_an_auditor_verifies_without_us(events, tmp_path, cryptography, monkeypatch):
    path = export(tmp_path, "--proof", "--cluster", "east")
    shown = [line for line in map(json.loads, path.read_text().splitlines()[1:]) if "facts" in line]
    assert {line["facts"]["cluster_name"] for line in shown} == {"east"}
    if cryptography:
        code, said = verified(path)
        assert code == 0 and f"Intact: {len(shown)} events shown of {Event.objects.count() - 1}" in said
    else:
        monkeypatch.setattr(verify_export, "Ed25519PublicKey", None)
        assert verify_export.verify(str(path), keys.public_keys()[0]).startswith("Intact")
        with pytest.raises(verify_export.NotIntact, match="signature"):
            verify_export.verify(str(path), "A" * 43 + "=")


def tampered(text: str, how: str) -> str:
    lines = text.splitlines(keepends=True)
    if how == "changed":
        return text.replace('"username": "ada"', '"username": "eve"', 1)
    if how == "left out":
        return "".join(lines[:3] + lines[4:])
    if how == "cut":
        return "".join(lines[:-1])
    if how == "exchanged":
        return "".join([*lines[:2], lines[3], lines[2], *lines[4:]])
    return text.replace("\\n5\\n", "\\n4\\n", 1) if how == "forged" else text


@pytest.mark.parametrize("how", ["changed", "left out", "cut", "exchanged", "other key"])
def test_a_file_that_was_touched(events, tmp_path, how):
    path = export(tmp_path, "--proof", "--user", "ada")
    text = path.read_text()
    path.write_text(tampered(text, how))
    assert path.read_text() != text or how == "other key"
    code, said = verified(path, "A" * 43 + "=" if how == "other key" else "")
    assert code == 1 and said.startswith("NOT INTACT")


def test_what_cannot_be(events, tmp_path, capsys):
    with pytest.raises(CommandError, match="not a time"):
        export(tmp_path, "--since", "yesterday")
    with pytest.raises(CommandError, match="jsonl only"):
        export(tmp_path, "--proof", "--format", "csv")
    with pytest.raises(CommandError, match="No such file"):
        call_command("audit_export", "--output", str(tmp_path / "no" / "folder"))
    call_command("audit_export", "--public-key")
    assert capsys.readouterr().out.strip() == keys.public_keys()[0]
    call_command("audit_export", "--verifier")
    assert capsys.readouterr().out == VERIFIER.read_text() + ("" if VERIFIER.read_text().endswith("\n") else "\n")


def test_since_and_until(events, tmp_path):
    assert export(tmp_path, "--since", "2999-01-01").read_text() == ""
    assert len(export(tmp_path, "--since", "2020-01-01", "--until", "2999-01-01T00:00").read_text().splitlines()) > 5
