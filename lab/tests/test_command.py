import pytest

from lab.__main__ import main


@pytest.fixture
def run(monkeypatch, tmp_path, capsys):
    """run("status") → (exit code, standard output, standard error), in an empty root."""
    monkeypatch.setenv("LAB_ROOT", str(tmp_path))

    def run(*arguments: str):
        monkeypatch.setattr("sys.argv", ["lab", *arguments])
        code = main()
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.mark.parametrize(
    "command",
    ["status", "seed", "reset", "restart east/nova", "fault east compute off", "clone east 5", "openrc east"],
)
def test_without_a_lab_commands_say_how_to_make_one(run, command):
    code, _, error = run(*command.split())
    assert code == 1
    assert "`python -m lab up` makes one" in error


def test_down_without_a_lab_is_fine(run):
    assert run("down") == (0, "", "")


@pytest.mark.parametrize("arguments", [("--clouds", "nowhere"), ("--computes", "0")])
def test_up_refuses_what_cannot_be(run, arguments):
    code, _, error = run("up", *arguments)
    assert code == 1
    assert "clouds are some of east, west" in error


def test_a_lab_keeps_its_clouds(run, tmp_path):
    (tmp_path / "lab.json").write_text('{"clouds": ["east"], "computes": 2, "seeded": false}')
    code, _, error = run("up")
    assert code == 1
    assert "holds east with 2 computes" in error


def test_openrc_prints_exports(run, tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_NETWORK", "127.0.5")
    (tmp_path / "lab.json").write_text('{"clouds": ["east"], "computes": 2, "seeded": false}')
    code, output, _ = run("openrc", "east")
    assert code == 0
    assert "export OS_AUTH_URL=http://127.0.5.11:5000/v3\n" in output
