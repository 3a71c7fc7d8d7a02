"""What the documentation names exists: links, commands, options, variables, targets, codes."""

import re
from functools import cache

import pytest
from django.core.management import get_commands, load_command_class

from opsys.kit.declare import register
from tests.house import BASE, cloud_error_codes, text_of, tracked

PAGES = [path for path in tracked() if path.endswith(".md") and path.startswith(("README", "docs/"))]
OF_SETTINGS = r"opsys/settings/(base|dev|production|oidc|directory)\.py"
SETTINGS = [path for path in tracked() if re.fullmatch(OF_SETTINGS, path)]
COMMAND = re.compile(r"(?:manage\.py|opsys-manage) ([a-z][a-z_-]+)([^\n`#|]*)")
MOST_BYTES = 200_000


@cache
def variables() -> set[str]:
    """The names the settings read from the environment."""
    return {name for path in SETTINGS for name in re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text_of(path))}


def anchors(page: str) -> set[str]:
    """The headings of a page as GitHub makes addresses of them."""
    headings = re.findall(r"^#+ (.+)$", text_of(page), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_there_are_pages():
    assert {"README.md", "README.zh-CN.md", "docs/install.md"} <= set(PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_every_relative_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", text_of(page)):
        if target.startswith(("http://", "https://")):
            continue
        path, _hash, anchor = target.partition("#")
        file = ((BASE / page).parent / path).resolve() if path else BASE / page
        assert file.exists(), target
        if anchor:
            assert anchor in anchors(file.relative_to(BASE).as_posix()), target


@pytest.mark.parametrize("page", PAGES)
def test_every_command_and_its_options_exist(page):
    for name, rest in COMMAND.findall(text_of(page)):
        name = name.replace("-", "_")
        assert name in get_commands(), name
        app = get_commands()[name]
        parser = load_command_class(app, name).create_parser("manage.py", name)
        for option in re.findall(r"(?<=\s)--[a-z][a-z-]+", rest):
            assert option in parser._option_string_actions, (name, option)


@pytest.mark.parametrize("page", ["README.md", "README.zh-CN.md"])
def test_the_readme_names_every_command_of_ours(page):
    ours = {name for name, app in get_commands().items() if (BASE / app.replace(".", "/")).is_dir()}
    assert {name for name in ours if name.replace("_", "-") not in text_of(page)} == set()


def test_the_table_of_variables_the_example_and_the_settings_agree():
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", text_of("docs/install.md"), re.M))
    example = set(re.findall(r"^#([A-Z_]+)=", text_of(".env.example"), re.M))
    assert table == variables()
    assert example == variables()


def test_the_defaults_in_the_table_are_those_of_the_settings():
    defaults = {}
    for path in SETTINGS:
        for name, value in re.findall(r'env\.(?:int|float|bool)\("([A-Z_]+)", default=([^)]+)\)', text_of(path)):
            defaults[name] = str(eval(value)).lower()  # numbers and 12 * 3600
    table = dict(re.findall(r"^\| `([A-Z_]+)` \| `([^`]+)` \|", text_of("docs/install.md"), re.M))
    assert {name: table.get(name) for name in defaults} == defaults


@pytest.mark.parametrize("page", PAGES)
def test_every_variable_a_page_sets_exists(page):
    known = variables() | {"DJANGO_SETTINGS_MODULE", "CI", "PORT", "ADDRESS", "API", "TOKEN", "OS_CLIENT_CONFIG_FILE"}
    known |= {"ACTIONS", "OPSYS_URL", "OPSYS_TOKEN"}
    assert set(re.findall(r"\b([A-Z][A-Z_]{2,})=", text_of(page))) - known == set()


@pytest.mark.parametrize("page", PAGES)
def test_every_target_of_make_exists(page):
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.M))
    lines = re.findall(r"(?:`|^|=\d+ )make ([\w/. -]+)", text_of(page), re.M)
    named = {word for line in lines for word in line.split() if not word.endswith(".mo")}
    assert named - targets == set()


def test_every_error_of_a_cloud_is_explained():
    table = text_of("docs/troubleshooting.md").split("## Errors of a cloud")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.M) == cloud_error_codes()


def test_the_api_page_names_the_types():
    lists = [f"`{resource.app}/{resource.slug}`" for resource in register.resources()]
    assert [name for name in lists if name not in text_of("docs/api.md")] == []


def test_both_readmes_say_the_same():
    """Not the words, but the shape: headings, tables, code, pictures."""

    def shape(page: str) -> list[str]:
        text = re.sub(r"#+ .*", "#", text_of(page))
        lines = [line for line in text.splitlines() if re.match(r"#|\||!|```|\d\.", line)]
        return [re.match(r"#|\||!|```|\d\.", line)[0] for line in lines]

    assert shape("README.md") == shape("README.zh-CN.md")

    def code(page: str) -> list[str]:
        blocks = re.findall(r"```sh\n(.*?)```", text_of(page), re.S)
        return [re.sub(r"\s*#.*", "", block) for block in blocks]

    assert code("README.md") == code("README.zh-CN.md")


def test_pictures_are_small():
    pictures = [path for path in tracked() if path.startswith("docs/screenshots/")]
    assert pictures
    assert {path: size for path in pictures if (size := (BASE / path).stat().st_size) > MOST_BYTES} == {}
