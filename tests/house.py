"""The repository as the house rules look at it: tracked files, parsed once."""

import ast
import re
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

BASE = Path(__file__).resolve().parents[1]
ROOMS = ("compute", "storage", "networking", "identity")
PRODUCT = ("opsys", "clusters", "audit", "accounts", "jobs", "terminal", "monitoring", *ROOMS)


@cache
def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=BASE, capture_output=True, text=True, check=True)
    return [path for path in listed.stdout.split("\0") if path and (BASE / path).is_file()]


def python_files() -> list[str]:
    return [path for path in tracked() if path.endswith(".py")]


def product_files() -> list[str]:
    """What runs in a deployment and was written by hand: neither tests nor migrations."""
    return [
        path
        for path in python_files()
        if (path.split("/")[0] in PRODUCT or path == "manage.py")
        and not path.endswith(("/tests.py", "conftest.py"))
        and "/tests/" not in path
        and "/migrations/" not in path
    ]


@cache
def text_of(path: str) -> str:
    return (BASE / path).read_text(errors="replace")


@cache
def tree_of(path: str) -> ast.Module:
    return ast.parse(text_of(path), filename=path)


@cache
def _by_kind(path: str) -> dict[type[ast.AST], list[ast.AST]]:
    """All nodes of a file, each with its parent; walked once, since every rule asks for some of them."""
    found = defaultdict(list)
    for parent in ast.walk(tree_of(path)):
        found[type(parent)].append(parent)
        for child in ast.iter_child_nodes(parent):
            child.parent = parent
    return found


def nodes(path: str, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for kind in kinds for node in _by_kind(path)[kind])


def imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The full dotted names an import statement binds from: `from clusters import access` → clusters.access."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [f"{node.module or ''}.{alias.name}" for alias in node.names]


def imports(path: str) -> list[tuple[int, str]]:
    return [(node.lineno, name) for node in nodes(path, ast.Import, ast.ImportFrom) for name in imported(node)]


def within(name: str, *packages: str) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def whole_chain(node: ast.AST) -> ast.AST:
    """The longest `a.b(…).c(…)` that begins with this node."""
    while isinstance(node.parent, ast.Attribute) or (isinstance(node.parent, ast.Call) and node.parent.func is node):
        node = node.parent
    return node


def cloud_error_codes() -> list[str]:
    """The codes `clusters.gateway.errors.advice` has a sentence for, in its order."""
    return re.findall(r'^        "(\w+)": _\(', text_of("clusters/gateway/errors.py"), re.M)
