"""`python -m benchmarks.support.recording CLOUDS_YAML CLOUD FILE`: all that a platform asks a cloud when it registers
and reads it, with the answers, as JSON for benchmarks/support/standin.py."""

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django
import requests
from django.core.management import call_command

from benchmarks.support.platform import environment

Answer = dict[str, Any]
KEPT_HEADERS = ("content-type", "x-subject-token", "openstack-api-version", "x-openstack-nova-api-version", "location")


def main() -> None:
    clouds_yaml, cloud, target = sys.argv[1:4]
    answers: dict[str, Answer] = {}
    send = requests.Session.send

    def recorded(self: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        response = send(self, request, **options)
        note(answers, response)
        return response

    requests.Session.send = recorded  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory(prefix="opsys-benchmark-") as folder:
        os.environ.update(environment(Path(folder)))
        django.setup()
        call_command("migrate", verbosity=0)
        call_command("add_cluster", cloud, from_clouds_yaml=Path(clouds_yaml))
        read_all(cloud)
    Path(target).write_text(json.dumps(answers, indent=0, sort_keys=True))


def note(answers: dict[str, Answer], response: requests.Response) -> None:
    """By method, port and path; of a list that is asked for in several ways, the one with most in it."""
    address = urlsplit(str(response.request.url))
    key = f"{response.request.method} {address.port}{address.path}"
    before = answers.get(key)
    if before and before["status"] < 400 and len(before["body"]) >= len(response.text):
        return
    headers = {name: value for name, value in response.headers.items() if name.lower() in KEPT_HEADERS}
    answers[key] = {"status": response.status_code, "headers": headers, "body": response.text}


def read_all(cloud: str) -> None:
    from clusters import inventory, sync  # noqa: PLC0415 - after django.setup()
    from clusters.gateway import CloudError  # noqa: PLC0415
    from clusters.models import Cluster  # noqa: PLC0415

    cluster = Cluster.objects.get(name=cloud)
    for model, source in inventory.SOURCES.items():
        try:
            sync.sync(cluster, model)
            if source.changes:
                sync.sync(cluster, model, full=False)
        except CloudError as error:
            print(f"{inventory.type_name(model)}: {error}", file=sys.stderr)


if __name__ == "__main__":
    main()
