import io
import json

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Max

from accounts.models import ApiToken, Grant, User
from audit.models import Event
from clusters import access

PASSWORD = "correct horse battery"


def run(*arguments) -> str:
    out = io.StringIO()
    call_command(*arguments, stdout=out, no_color=True)
    return out.getvalue()


@pytest.fixture
def password(monkeypatch):
    monkeypatch.setenv("OPSYS_PASSWORD", PASSWORD)


class TestCreateUser:
    def test_with_a_role_on_clusters(self, db, password, make_cluster):
        north, south, west = (make_cluster(name) for name in ("north", "south", "west"))
        out = run("create_user", "ada", "--role", "operator", "--cluster", "north", "south")
        user = User.objects.get(username="ada")
        held = access.held_by(user)
        assert set(held) == {north.pk, south.pk}
        assert access.PROVISION in held[north.pk]
        assert user.must_change_password
        assert user.check_password(PASSWORD)
        assert "operator: north" in out

    def test_on_a_cluster_group(self, password, make_cluster, eu):
        north = make_cluster("north", eu)
        run("create_user", "ada", "--role", "viewer", "--group", "eu")
        assert access.held_by(User.objects.get(username="ada")) == {north.pk: {access.VIEW}}

    def test_everywhere(self, password, make_cluster):
        run("create_user", "ada", "--role", "admin", "--everywhere")
        late = make_cluster("late")
        assert access.held_by(User.objects.get(username="ada")) == {late.pk: set(access.PERMISSIONS)}

    def test_a_superuser(self, db, password):
        run("create_user", "ada", "--superuser", "--email", "ada@example.com", "--no-password-change")
        user = User.objects.get(username="ada")
        assert (user.is_superuser, user.is_staff, user.must_change_password) == (True, True, False)
        assert user.email == "ada@example.com"

    def test_without_a_role_it_says_what_is_missing(self, db, password):
        assert "sees no cluster yet" in run("create_user", "ada")

    def test_it_is_audited_as_the_command_line_without_the_password(self, password, make_cluster):
        make_cluster("north")
        run("create_user", "ada", "--role", "viewer", "--cluster", "north")
        events = Event.objects.filter(via="cli").order_by("pk")
        assert [event.action for event in events] == ["accounts.user.add", "accounts.grant.add"]
        assert all("@" in event.client for event in events)
        assert PASSWORD not in json.dumps([event.params for event in events])
        assert User.objects.get(username="ada").password not in json.dumps([e.params for e in events])

    @pytest.mark.parametrize(
        "arguments, complaint",
        [
            (["ada", "--role", "viewer"], "--role needs"),
            (["ada", "--everywhere"], "Which role"),
            (["ada", "--role", "viewer", "--cluster", "nrth"], "no cluster called nrth. Known: north"),
            (["ada", "--role", "viewer", "--cluster", "north", "x"], "no cluster called x"),
            (["ada", "--role", "viewer", "--group", "eu"], "no cluster group called eu. Known: none yet"),
            (["ada", "--role", "root", "--everywhere"], "There is no role root"),
            (["ada", "--role", "viewer", "--everywhere", "--cluster", "north"], "not allowed with"),
            (["old"], "a user called old already"),
            (["OLD"], "a user called OLD already"),
            (["a b"], "valid username"),
            (["x" * 151], "150"),
            (["ada", "--email", "nonsense"], "email"),
            ([], "required: name"),
        ],
    )
    def test_bad_input_creates_nothing(self, password, make_cluster, make_user, arguments, complaint):
        make_cluster("north")
        make_user("old")
        with pytest.raises(CommandError, match=complaint):
            run("create_user", *arguments)
        assert [user.username for user in User.objects.all()] == ["old"]
        assert not Grant.objects.exists()

    @pytest.mark.parametrize(
        "given, complaint",
        [("short", "too short"), ("", "empty"), ("12345678901", "numeric"), ("ada-lovelace", "similar")],
    )
    def test_a_weak_password_creates_nothing(self, db, monkeypatch, given, complaint):
        monkeypatch.setenv("OPSYS_PASSWORD", given)
        with pytest.raises(CommandError, match=complaint):
            run("create_user", "ada-lovelace")
        assert not User.objects.exists()

    def test_from_standard_input(self, db, monkeypatch):
        monkeypatch.setenv("OPSYS_PASSWORD", "not this one at all")
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\nand a second line\n"))
        run("create_user", "ada", "--password-stdin")
        assert User.objects.get(username="ada").check_password(PASSWORD)

    def test_no_terminal_to_ask(self, db, monkeypatch):
        monkeypatch.delenv("OPSYS_PASSWORD", raising=False)
        monkeypatch.setattr("sys.stdin", io.StringIO(""))
        with pytest.raises(CommandError, match="--password-stdin"):
            run("create_user", "ada")

    @pytest.mark.parametrize("second, created", [(PASSWORD, True), ("something else", False)])
    def test_asked_for_twice(self, db, monkeypatch, second, created):
        monkeypatch.delenv("OPSYS_PASSWORD", raising=False)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
        answers = iter([PASSWORD, second])
        monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
        if created:
            run("create_user", "ada")
        else:
            with pytest.raises(CommandError, match="differ"):
                run("create_user", "ada")
        assert User.objects.exists() is created


class TestListUsers:
    @pytest.fixture
    def team(self, make_user, make_cluster, eu):
        from django.contrib.auth.models import Group  # noqa: PLC0415

        team = Group.objects.create(name="team")
        ada = make_user("ada")
        ada.groups.add(team)
        make_user("gone", is_active=False)
        make_user("root", is_superuser=True)
        Grant.objects.create(user=ada, role="operator", cluster=make_cluster("north"))
        Grant.objects.create(user=ada, role="viewer", everywhere=True)
        Grant.objects.create(group=team, role="admin", cluster_group=eu)

    def test_a_table(self, team):
        lines = [line.split() for line in run("list_users").splitlines()]
        assert lines[0][:3] == ["NAME", "ACTIVE", "ADMIN"]
        assert " ".join(lines[1]) == (
            "ada yes no never operator on north, viewer on every cluster, admin on group eu (as member of team)"
        )
        assert lines[2] == ["gone", "no", "no", "never", "-"]
        assert lines[3] == ["root", "yes", "yes", "never", "everything"]

    def test_as_json(self, team):
        ada, gone, root = json.loads(run("list_users", "--json"))
        assert [grant["role"] for grant in ada["grants"]] == ["operator", "viewer", "admin"]
        assert ada["grants"][2]["through"] == "team"
        assert (gone["active"], root["superuser"]) == (False, True)

    def test_it_takes_as_many_queries_for_many(self, team, make_user, django_assert_num_queries):
        def queries() -> int:
            from django.db import connection  # noqa: PLC0415
            from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

            with CaptureQueriesContext(connection) as captured:
                run("list_users")
            return len(captured)

        few = queries()
        for number in range(5):
            Grant.objects.create(user=make_user(f"user{number}"), role="viewer", everywhere=True)
        assert queries() == few


class TestDeleteUser:
    def test_the_account_goes_and_the_events_stay(self, make_user, make_cluster):
        user = make_user()
        Grant.objects.create(user=user, role="viewer", cluster=make_cluster("north"))
        ApiToken.objects.create(user=user)
        Event.objects.create(user=user, username="ada", via="ui", action="compute.server.stop")
        run("delete_user", "ada", "--yes")
        assert not User.objects.exists()
        assert not ApiToken.objects.exists()
        event = Event.objects.get(action="compute.server.stop")
        assert (event.user, event.username) == (None, "ada")
        assert Event.objects.get(action="accounts.user.delete").via == "cli"

    @pytest.mark.parametrize("answer, gone", [("y", True), ("YES", True), ("n", False), ("", False), ("maybe", False)])
    def test_it_asks(self, make_user, monkeypatch, answer, gone):
        make_user()
        monkeypatch.setattr("builtins.input", lambda prompt: answer)
        if gone:
            run("delete_user", "ada")
        else:
            with pytest.raises(CommandError, match="Nothing was deleted"):
                run("delete_user", "ada")
        assert User.objects.exists() is not gone

    def test_nobody_to_ask_means_no(self, make_user, monkeypatch):
        def nobody(prompt):
            raise EOFError

        make_user()
        monkeypatch.setattr("builtins.input", nobody)
        with pytest.raises(CommandError, match="Nothing was deleted"):
            run("delete_user", "ada")

    def test_an_unknown_name(self, db):
        with pytest.raises(CommandError, match="no user called ada"):
            run("delete_user", "ada", "--yes")

    def test_the_last_active_superuser_stays(self, make_user):
        make_user("root", is_superuser=True)
        make_user("retired", is_superuser=True, is_active=False)
        with pytest.raises(CommandError, match="last active superuser"):
            run("delete_user", "root", "--yes")
        run("delete_user", "retired", "--yes")
        make_user("second", is_superuser=True)
        run("delete_user", "root", "--yes")
        assert [user.username for user in User.objects.all()] == ["second"]


class TestInitDb:
    def test_it_creates_the_three_accounts_to_be_changed(self, db, make_cluster):
        north = make_cluster("north")
        out = run("init_db", "--verbosity", "0")
        users = {user.username: user for user in User.objects.all()}
        assert set(users) == {"admin", "operator", "viewer"}
        for name, user in users.items():
            assert user.check_password(f"{name}123")
            assert user.must_change_password
            assert f"{name}123" in out
        assert users["admin"].is_superuser
        assert access.held_by(users["viewer"]) == {north.pk: {access.VIEW}}
        assert access.PROVISION in access.held_by(users["operator"])[north.pk]
        assert access.ADMINISTER not in access.held_by(users["operator"])[north.pk]
        assert "everybody knows them" in out

    def test_for_a_demo_they_may_stay(self, db):
        out = run("init_db", "--demo", "--verbosity", "0")
        assert not User.objects.filter(must_change_password=True).exists()
        assert "NEVER" in out

    def test_again_it_leaves_everything_as_it_is(self, db):
        run("init_db", "--verbosity", "0")
        admin = User.objects.get(username="admin")
        admin.set_password(PASSWORD)
        admin.must_change_password = False
        admin.save()
        Grant.objects.filter(user__username="viewer").delete()
        newest = User.objects.aggregate(Max("pk"))
        out = run("init_db", "--demo", "--verbosity", "0")
        admin.refresh_from_db()
        assert admin.check_password(PASSWORD)
        assert User.objects.aggregate(Max("pk")) == newest
        assert User.objects.get(username="operator").must_change_password
        assert not Grant.objects.filter(user__username="viewer").exists()
        assert out.count("left as it is") == 3
        assert "123" not in out
