"""Where this machine gets packages from, so that a fresh one may ask in the same places."""

import os
import re
import shutil
import subprocess
from pathlib import Path

PASSED_ON = re.compile(
    r"(?i)^(https?_proxy|no_proxy|all_proxy|PIP_(DEFAULT_TIMEOUT|.*INDEX.*|TRUSTED_HOST)|UV_.*INDEX.*)$"
)
CERTIFICATES = ("SSL_CERT_FILE", "PIP_CERT", "REQUESTS_CA_BUNDLE")
OF_PIP = (Path("/etc/pip.conf"), Path("~/.config/pip/pip.conf"), Path("~/.pip/pip.conf"))
APT_SETTING = re.compile(r'^Acquire::https?::.*"[^"]+";$', re.M)
INDEX_URL = re.compile(r"^\s*(index-url|trusted-host)\s*=\s*(\S+)", re.M)


def mirror(suite: str) -> str:
    """The address of Debian's packages that this machine's apt uses for `suite`; "" where it has none."""
    if not shutil.which("apt-get"):
        return ""
    wanted = ["apt-get", "indextargets", "--format", "$(ORIGIN) $(CODENAME) $(REPO_URI)", "Created-By: Packages"]
    rows = [line.split() for line in subprocess.check_output(wanted, text=True).splitlines()]
    of_debian = {row[1]: row[2] for row in rows if len(row) == 3 and row[0] == "Debian" and "security" not in row[1]}
    return of_debian.get(suite) or next(iter(of_debian.values()), "")


def apt_settings() -> str:
    """Proxies and the like, as lines for apt's configuration."""
    lines = []
    if shutil.which("apt-config"):
        lines = APT_SETTING.findall(subprocess.check_output(["apt-config", "dump"], text=True))
    for scheme in ("http", "https"):
        if proxy := os.environ.get(f"{scheme}_proxy") or os.environ.get(f"{scheme.upper()}_PROXY"):
            lines.append(f'Acquire::{scheme}::Proxy "{proxy}";')
    return "\n".join([*lines, ""])


def environment(root: Path) -> dict[str, str]:
    """Variables for a machine whose files are below `root`; certificates they name are copied there."""
    passed = {name: value for name, value in os.environ.items() if PASSED_ON.match(name)}
    for name in CERTIFICATES:
        file = Path(os.environ.get(name) or "/nonexistent")
        if file.is_file():
            # Not where Debian's own package writes.
            target = root / "etc" / "certificates-of-the-host" / file.name
            target.parent.mkdir(exist_ok=True)
            shutil.copy(file, target)
            passed[name] = f"/{target.relative_to(root)}"
    return passed


def pip_settings() -> str:
    """The package index of this machine, as lines of a pip.conf; folders of this machine are not on a fresh one."""
    for file in map(Path.expanduser, OF_PIP):
        if file.is_file() and (found := INDEX_URL.findall(file.read_text())):
            kept = [f"{name} = {value}" for name, value in found if not value.startswith(("file:", "/"))]
            if kept:
                return "\n".join(["[global]", *kept, ""])
    return ""
