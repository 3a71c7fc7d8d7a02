#!/usr/bin/env python3
"""Fetch the pinned front-end packages named in manifest.json and lay out the few files we serve.

    python static/vendor/update.py          fetch, extract, write the hashes into the manifest
    python static/vendor/update.py --check  compare the files on disk with the manifest (no network)

To move to another version: change it in manifest.json, run the first form, look at the pages, commit everything.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MANIFEST = HERE / "manifest.json"
# Source maps are not shipped, and the hashed static files storage refuses a reference to a file that is not there.
SOURCE_MAP = re.compile(rb"\s*(/\*|//)# sourceMappingURL=[^\s*]+(\s*\*/)?\s*$")
DRAWING = re.compile(r"<svg.*?>(.*)</svg>", re.DOTALL)
EMPTY_BOX = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def pack(package: dict, folder: str) -> tarfile.TarFile:
    spec = f"{package['name']}@{package['version']}"
    answer = subprocess.run(
        ["npm", "pack", "--json", "--pack-destination", folder, spec], check=True, capture_output=True, text=True
    )
    (packed,) = json.loads(answer.stdout)
    if package.get("integrity", packed["integrity"]) != packed["integrity"]:
        sys.exit(f"{spec}: the registry's package is not the one we pinned; remove `integrity` if that is meant")
    package["integrity"] = packed["integrity"]
    return tarfile.open(Path(folder) / packed["filename"])


def read(archive: tarfile.TarFile, path: str) -> bytes:
    return archive.extractfile(f"package/{path}").read()


def sprite(archive: tarfile.TarFile, names: list[str]) -> bytes:
    """One file with a <symbol> per icon: a page fetches it once and names what it needs."""
    symbols = []
    for name in sorted(set(names)):
        kind, _, plain = name.rpartition("/")
        drawing = DRAWING.search(read(archive, f"icons/{kind or 'outline'}/{plain}.svg").decode()).group(1)
        paths = re.sub(r"\s*\n\s*", "", EMPTY_BOX.sub("", drawing))
        # "filled/star" is drawn by its area, all others by their line.
        paint = (
            'fill="currentColor"'
            if kind == "filled"
            else 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
        )
        symbols.append(f'<symbol id="{name.replace("/", "-")}" viewBox="0 0 24 24" {paint}>{paths}</symbol>')
    return ('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n").encode()


def update(manifest: dict) -> None:
    for package in manifest["packages"]:
        with tempfile.TemporaryDirectory() as folder, pack(package, folder) as archive:
            for file in package["files"]:
                if "icons" in package and file["source"] == "icons":
                    content = sprite(archive, package["icons"])
                else:
                    content = SOURCE_MAP.sub(b"\n", read(archive, file["source"]))
                target = HERE / file["path"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                file["sha256"] = digest(content)
    MANIFEST.write_text(json.dumps(manifest, indent=2) + "\n")


def check(manifest: dict) -> list[str]:
    return [
        file["path"]
        for package in manifest["packages"]
        for file in package["files"]
        if not (HERE / file["path"]).is_file() or digest((HERE / file["path"]).read_bytes()) != file["sha256"]
    ]


def main() -> None:
    manifest = json.loads(MANIFEST.read_text())
    if "--check" not in sys.argv[1:]:
        update(manifest)
    if changed := check(manifest):
        sys.exit("not as in the manifest: " + ", ".join(changed))


if __name__ == "__main__":
    main()
