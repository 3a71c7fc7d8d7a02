"""`python -m benchmarks NAME`: run one benchmark. Every module of this package is one, by its file's name."""

import argparse
import json
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.support.figures import Failure, Figures, say


def names() -> list[str]:
    found = pkgutil.iter_modules([str(Path(__file__).parent)])
    return sorted(module.name for module in found if not module.ispkg and module.name != "__main__")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parsers = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    modules = {name: import_module(f"benchmarks.{name}") for name in names()}
    for name, module in modules.items():
        own = parsers.add_parser(name, help=module.__doc__.splitlines()[0], description=module.__doc__)
        own.add_argument("--json", action="store_true", help="no table, only the line of JSON")
        module.add_arguments(own)
    options = parser.parse_args()
    figures = Figures()
    try:
        modules[options.name].run(figures, options)
    except Failure as failure:
        say(str(failure))
        figures.failed("completed", str(failure))
    if not options.json:
        print(figures.table())
    print(json.dumps(figures.as_dict(), ensure_ascii=False), flush=True)
    return 0 if figures.ok else 1


if __name__ == "__main__":
    sys.exit(main())
