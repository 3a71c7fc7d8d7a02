"""Squashed migrations leave what the ones they replace left, and installations that have those go on with them."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@pytest.fixture(autouse=True)
def with_migrations(settings):
    settings.MIGRATION_MODULES = {}  # --nomigrations puts something else there


@pytest.fixture
def side_by_side():
    """Old and squashed ones, as if neither replaced the other."""
    return MigrationLoader(None, replace_migrations=False)


def squashed(loader):
    return {key: migration for key, migration in loader.disk_migrations.items() if migration.replaces}


def test_the_models_are_the_same_after_the_old_and_after_the_squashed(side_by_side):
    found = squashed(side_by_side)
    assert len(found) >= 10
    old = side_by_side.project_state([migration.replaces[-1] for migration in found.values()])
    new = side_by_side.project_state(list(found))
    for before, after in ((old, new), (new, old)):
        # Else it would ask whether something was renamed.
        changes = MigrationAutodetector(before, after)._detect_changes()
        assert {app: changes[app] for app in changes if app in {label for label, _name in found}} == {}


@pytest.fixture
def installed(db, monkeypatch):
    """installed(keys) → what a database where these migrations ran has yet to run."""

    def plan(keys):
        monkeypatch.setattr(MigrationRecorder, "applied_migrations", lambda recorder: dict.fromkeys(keys))
        executor = MigrationExecutor(connection)
        executor.loader.check_consistent_history(connection)
        return [
            (migration.app_label, migration.name)
            for migration, _backwards in executor.migration_plan(executor.loader.graph.leaf_nodes())
        ]

    return plan


def test_nothing_is_left_to_do_where_all_of_the_old_ran(installed, side_by_side):
    assert installed(set(side_by_side.disk_migrations) - set(squashed(side_by_side))) == []


def test_nothing_is_left_to_do_where_the_squashed_ran(installed, side_by_side):
    assert installed(set(side_by_side.disk_migrations)) == [], "which record those they replace as well"


@pytest.mark.parametrize("missing", [1, 4, 12])
def test_where_some_of_the_old_ran_the_others_follow(installed, side_by_side, missing):
    squash = ("clusters", "0001_squashed_0016_guards")
    clusters = side_by_side.disk_migrations[squash].replaces
    gone = set(squashed(side_by_side))
    for key in [*clusters[-missing:], squash]:
        gone |= set(side_by_side.graph.backwards_plan(key))
    plan = installed(set(side_by_side.disk_migrations) - gone)
    assert [key for key in plan if key in clusters] == clusters[-missing:]
    assert squash not in plan


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
