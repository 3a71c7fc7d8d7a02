"""The rules of docs/ that a machine can check, on every tracked file."""

import ast
import re
import warnings
from graphlib import CycleError, TopologicalSorter

import pytest

from clusters.inventory import SOURCES
from tests.house import (
    BASE,
    PRODUCT,
    ROOMS,
    imported,
    imports,
    nodes,
    product_files,
    python_files,
    text_of,
    tracked,
    tree_of,
    whole_chain,
    within,
)

LATE_IMPORTS = {
    ("opsys/settings/directory.py", "_of_library"): "requirements/ldap.txt is optional",
    ("audit/models/event.py", "visible_to"): "clusters.access needs the models, this module is one of them",
    ("manage.py", "main"): "the package chooses settings when it is imported, and only --version needs it",
}
LONGEST, LONG = 400, 300


def test_there_is_something_to_check():
    assert {"opsys/kit/act/perform.py", "clusters/access.py", "compute/servers/cloud.py"} <= set(product_files())


@pytest.mark.parametrize(
    ("libraries", "home"),
    [
        (("openstack", "keystoneauth1", "openstacksdk", "os_service_types"), "clusters/gateway/"),
        (("guardian",), ("clusters/access.py", "clusters/object_permissions.py")),
    ],
)
def test_a_library_has_one_home(libraries, home):
    strangers = [
        f"{path}:{line} {name}"
        for path in product_files()
        if not path.startswith(home)
        for line, name in imports(path)
        if within(name, *libraries)
    ]
    assert not strangers


def test_each_layer_imports_only_what_lies_below():
    wrong = []
    for path in product_files():
        package = path.split("/")[0]
        for line, name in imports(path):
            target = name.split(".")[0]
            if target not in PRODUCT:
                continue
            if package == "clusters":
                # Its doors, the admin pages and commands, sign what they change for the audit.
                door = path == "clusters/admin.py" or "/management/" in path
                well = target == "clusters" or (door and target == "audit")
            elif package in ROOMS:
                well = target in (package, "clusters") or within(name, "opsys.kit")
            elif path.startswith("opsys/kit/"):
                well = target not in ROOMS
            else:
                well = True
            if not well:
                wrong.append(f"{path}:{line} {name}")
    assert not wrong


def test_no_module_imports_itself_through_others():
    """Imports for type checking count: a circle means that two files are one thing."""
    known = {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): path for path in product_files()}

    def module_of(name: str) -> str:
        return name if name in known else name.rpartition(".")[0]

    graph = {
        module: {module_of(name) for _line, name in imports(path)} & known.keys() for module, path in known.items()
    }
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_a_room_does_not_import_another_room():
    wrong = []
    for path in product_files():
        parts = path.split("/")
        # A command of an app is a door to its pages.
        if parts[0] in ROOMS and len(parts) > 2 and parts[1] != "management":
            for line, name in imports(path):
                inside = name.split(".")
                # A file beside the rooms of an app is what they share.
                shared = inside[0] == parts[0] and f"{inside[0]}/{inside[1]}.py" in tracked()
                if inside[0] in ROOMS and inside[:2] != parts[:2] and not shared:
                    wrong.append(f"{path}:{line} {name}")
    assert not wrong


def test_doors_read_inventory_only_as_somebody():
    """In the kit and the rooms each read of an inventory model names who reads, or a scope made for somebody."""
    models = {model.__name__ for model in SOURCES}
    unscoped = []
    for path in product_files():
        if not path.startswith(("opsys/kit/", *(f"{room}/" for room in ROOMS))) or path.endswith("/models.py"):
            continue
        for node in nodes(path, ast.Attribute):
            if node.attr not in ("objects", "_default_manager", "_base_manager"):
                continue
            owner = ast.unparse(node.value)
            chain = ast.unparse(whole_chain(node))
            if owner.split(".")[-1] not in models | {"model", "Event", "Cluster"} or ".visible_to(" in chain:
                continue
            if "seen_with(self.resource.model, held)" in chain:  # what access.held_by(user) gave
                continue
            if "in_clusters(model, self.ids, self.projects)" in chain or "OuterRef('cluster_id')" in chain:
                continue
            unscoped.append(f"{path}:{node.lineno} {chain}")
    assert not unscoped


def test_only_the_inventory_and_the_sync_write_inventory():
    writes = ("update", "delete", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create")
    models = {model.__name__ for model in SOURCES} | {"model"}
    wrong = []
    for path in product_files():
        if path.startswith("clusters/inventory/") or not path.startswith(("clusters/", "opsys/", *ROOMS)):
            continue
        for node in nodes(path, ast.Attribute):
            if node.attr == "objects" and ast.unparse(node.value).split(".")[-1] in models:
                chain = ast.unparse(whole_chain(node))
                if any(f".{write}(" in chain for write in writes):
                    wrong.append(f"{path}:{node.lineno} {chain}")
    assert not wrong


def test_imports_stand_at_the_top():
    late = []
    for path in product_files():
        for function in nodes(path, ast.FunctionDef, ast.AsyncFunctionDef):
            ready = function.name == "ready" and path.endswith("apps.py")
            if ready or (path, function.name) in LATE_IMPORTS:
                continue
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    late.append(f"{path}:{node.lineno} {imported(node)}")
    assert not late


def test_no_broad_except():
    broad = []
    for path in product_files():
        for handler in nodes(path, ast.ExceptHandler):
            caught = {getattr(node, "id", "") for node in ast.walk(handler.type)} if handler.type else {"Exception"}
            if {"Exception", "BaseException"} & caught:
                broad.append(f"{path}:{handler.lineno}")
    assert not broad


def test_no_unknown_host_key_is_accepted():
    policies = {"Auto" + "AddPolicy", "Warning" + "Policy"}
    found = [
        f"{path}:{node.lineno}"
        for path in python_files()
        if any(name in text_of(path) for name in policies)  # few are worth parsing
        for node in nodes(path, ast.Name, ast.Attribute, ast.alias)
        if {getattr(node, "id", ""), getattr(node, "attr", ""), getattr(node, "name", "")} & policies
    ]
    assert not found


def test_files_are_named_after_what_they_hold():
    assert not [p for p in python_files() if re.search(r"(^|/)(utils?|helpers?|managers?|misc|common)\.py$", p)]


def test_files_are_short():
    lengths = {path: text_of(path).count("\n") for path in python_files() if "/migrations/" not in path}
    for path, length in sorted(lengths.items()):
        if length > LONG:
            warnings.warn(f"{path} has {length} lines", stacklevel=1)
    assert not {path: length for path, length in lengths.items() if length > LONGEST}


def test_product_code_prints_nothing_to_standard_output():
    assert not [
        f"{path}:{node.lineno}"
        for path in product_files()
        for node in nodes(path, ast.Call)
        if ast.unparse(node.func) == "print"
    ]


def test_modules_of_the_framework_say_what_they_are_for():
    silent = [
        path
        for path in product_files()
        if path.startswith(("opsys/kit/", "clusters/"))
        and not path.endswith(("__init__.py", "apps.py", "admin.py", "urls.py"))
        and not ast.get_docstring(tree_of(path))
    ]
    assert not silent


TEMPLATES = [path for path in tracked() if path.endswith(".html") and "/vendor/" not in path]


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("a script's body", r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>\s*\S"),
        ("a style attribute", r"<[^>]*\sstyle\s*="),
        ("a style element", r"<style\b"),
        ("an event handler", r"<[^>]*\son[a-z]+\s*="),
        ("hx-on, which needs eval", r"<[^>]*\shx-on[:-]"),
        ("something from elsewhere", r"(?:src|href|action|url\()\s*=?\s*[\"']?(?:https?:)?//(?!www\.w3\.org)"),
        ("unescaped text", r"\|\s*safe\b|autoescape off"),
    ],
)
def test_templates_hold_to_the_content_security_policy(what, pattern):
    found = [
        f"{path}: {match[0][:80]}"
        for path in TEMPLATES
        for match in re.finditer(pattern, text_of(path), re.IGNORECASE)
    ]
    assert TEMPLATES and not found, what


def test_nothing_knows_this_machine():
    """A checkout works wherever it lies."""
    places = {str(BASE)}
    if str(BASE.parent) not in ("/", "/opt", "/srv", "/home", "/root", "/tmp", "/usr", "/var", "/app"):
        places.add(f"{BASE.parent}/")
    pattern = re.compile("|".join(rf"(?<![\w.]){re.escape(place)}" for place in places))
    assert not [path for path in tracked() if "/vendor/" not in path and pattern.search(text_of(path))]
