"""`python -m benchmarks NAME`: run one benchmark. Every module of this package is one, by its file's name."""

import argparse
import json
import pkgutil
import sys
from importlib import import_module
from pathlib import Path

from benchmarks.support.figures import Failure, Figures, say


def names() -> list[str]:
    return sorted(m.name for m in pkgutil.iter_modules([str(Path(__file__).parent)]) if not m.ispkg)


def main() -> int:
    known = [name for name in names() if name != "__main__"]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", choices=known)
    parser.add_argument("--json", action="store_true", help="no table, only the line of JSON")
    chosen, rest = parser.parse_known_args()
    module = import_module(f"benchmarks.{chosen.name}")
    own = argparse.ArgumentParser(prog=f"python -m benchmarks {chosen.name}", description=module.__doc__)
    module.add_arguments(own)
    figures = Figures()
    try:
        module.run(figures, own.parse_args(rest))
    except Failure as failure:
        say(str(failure))
        figures.failed("completed", str(failure))
    if not chosen.json:
        print(figures.table())
    print(json.dumps(figures.as_dict(), ensure_ascii=False), flush=True)
    return 0 if figures.ok else 1


if __name__ == "__main__":
    sys.exit(main())
