"""Debian's own slapd on loopback, with a folder and a port of its own: a directory that people sign in against."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.services import Service, ServiceError, free_port

BASE = "dc=example,dc=com"
ADMIN, ADMIN_PASSWORD = f"cn=opsys,{BASE}", "Kanarie-Bind-3c9e"
SCHEMAS = ("core", "cosine", "inetorgperson", "nis")
CONFIGURATION = """
{includes}
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {folder}/pid
{tls}
database mdb
maxsize 10485760
suffix {base}
rootdn {admin}
rootpw {password}
directory {folder}/data
access to attrs=userPassword by anonymous auth by * none
access to * by users read by * none
"""


class Slapd(Service):
    """`people` are name → password, `groups` name → those in it."""

    def __init__(self, folder: Path, people: dict[str, str], groups: dict[str, list[str]], *, tls: str = ""):
        program = shutil.which("slapd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if not program:
            raise ServiceError("slapd is not installed: sh requirements/system.sh test")
        (folder / "data").mkdir(parents=True)
        includes = "\n".join(f"include /etc/ldap/schema/{name}.schema" for name in SCHEMAS)
        text = CONFIGURATION.format(
            includes=includes, folder=folder, base=BASE, admin=ADMIN, password=ADMIN_PASSWORD, tls=tls
        )
        configuration, content = folder / "slapd.conf", folder / "content.ldif"
        configuration.write_text(text)
        content.write_text(ldif(people, groups))
        add = [program, "-T", "add", "-f", str(configuration), "-l", str(content)]
        added = subprocess.run(add, capture_output=True, text=True)
        if added.returncode:
            raise ServiceError(f"slapadd: {added.stderr}")
        port = free_port()
        url = f"ldap://127.0.0.1:{port}"
        super().__init__(url, [program, "-f", str(configuration), "-h", url, "-d", "0"], port, folder / "log")


def person(name: str) -> str:
    return f"uid={name},ou=people,{BASE}"


def ldif(people: dict[str, str], groups: dict[str, list[str]]) -> str:
    entries = [f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example"]
    entries += [f"dn: ou={unit},{BASE}\nobjectClass: organizationalUnit" for unit in ("people", "groups")]
    entries += [
        f"dn: {person(name)}\nobjectClass: inetOrgPerson\ncn: {name}\nsn: Lovelace\ngivenName: {name.title()}\n"
        f"mail: {name}@example.com\nuserPassword: {password}"
        for name, password in people.items()
    ]
    for name, members in groups.items():
        lines = "".join(f"\nmember: {person(member)}" for member in members)
        entries.append(f"dn: cn={name},ou=groups,{BASE}\nobjectClass: groupOfNames{lines}")
    return "\n\n".join(entries) + "\n"
