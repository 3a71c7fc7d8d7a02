"""Rows and forms for the tests of all rooms of storage."""

import pytest
from django.utils import timezone

from clusters.access import ADMINISTER, OPERATE, PROVISION, VIEW
from opsys.kit.forms.form import filled
from storage import quotas, type_access
from storage.backups.models import Backup
from storage.snapshots.models import Snapshot
from storage.volumes.models import Volume


def _maker(model):
    @pytest.fixture
    def fixture(cluster):
        def make(cloud_id, **fields):
            values = {"name": cloud_id, "status": "available", "size": 10, "project_id": "p1", "digest": "", **fields}
            return model.objects.create(cluster=cluster, cloud_id=cloud_id, synced_at=timezone.now(), **values)

        return make

    return fixture


make_volume, make_snapshot, make_backup = _maker(Volume), _maker(Snapshot), _maker(Backup)


@pytest.fixture
def user(make_user, cluster):
    return make_user("ada", {cluster: [VIEW, OPERATE, PROVISION, ADMINISTER]})


@pytest.fixture(autouse=True)
def cloud_says(monkeypatch):
    """What forms ask the cloud for: `quotas`, the `choices` of fields by name, projects `closed` out of a type."""
    said = {"quotas": {}, "choices": {"volume-types": ["ssd"], "all-volume-types": ["ssd", "gold"]}, "closed": set()}

    def choices(cluster, name, load, **options):
        return [(one, one) for one in said["choices"].get(name, [])]

    monkeypatch.setattr(quotas, "read", lambda cluster, project_id: said["quotas"])
    monkeypatch.setattr(type_access, "closed_to", lambda cluster, name, projects: projects & said["closed"])
    monkeypatch.setattr("opsys.kit.forms.choices.choices_of", choices)
    monkeypatch.setattr("storage.volumes.actions.attaching.choices_of", choices)
    return said


@pytest.fixture
def errors(user, cluster):
    """errors(action, *targets, **given) → what the action's form finds wrong, by field; {} when it is valid."""

    def of(action, *targets, **given):
        place = {"targets": targets} if targets else {"cluster": cluster}
        form = filled(action.form, given, user=user, **place)
        return {field: list(said) for field, said in form.errors.items()}

    return of
