"""Cinder: API, scheduler, volume and backup services of a cloud, in green threads."""

import sys
from pathlib import Path

from lab.layout import INTERNAL_OFFSET, PUBLIC_PORTS
from lab.services.serving import description


def preload() -> None:
    # Before anything else is imported.
    import eventlet

    eventlet.monkey_patch()
    import cinder.wsgi.wsgi  # noqa: I001  (registers the objects the others need)
    import cinder.objects

    cinder.objects.register_all()
    import cinder.api.v3.router
    import cinder.backup.manager
    import cinder.scheduler.manager
    import cinder.volume.manager  # noqa: F401

    import lab.drivers.backup
    import lab.drivers.volume  # noqa: F401


def run(state: Path) -> None:
    sys.argv = ["cinder", "--config-file", str(state / "conf" / "cinder.conf")]
    import eventlet
    import eventlet.wsgi
    from cinder import service, utils
    from cinder.wsgi.wsgi import initialize_application
    from oslo_config import cfg

    application = initialize_application()

    def start(**arguments) -> None:
        service.Service.create(**arguments).start()

    # Each in a thread of its own: starting the scheduler waits for a whole periodic interval.
    eventlet.spawn_n(start, binary="cinder-scheduler")
    eventlet.spawn_n(
        start,
        binary="cinder-volume",
        host=f"{cfg.CONF.host}@standard",
        service_name="standard",
        coordination=True,
        cluster=None,
    )
    eventlet.spawn_n(
        start,
        binary="cinder-backup",
        coordination=True,
        service_name="backup",
        process_number=1,
        semaphore=utils.semaphore_factory(0, 1),
    )
    address = description(state)["address"]
    port = PUBLIC_PORTS["block-storage"] + INTERNAL_OFFSET
    eventlet.wsgi.server(eventlet.listen((address, port), backlog=500), application, log_output=False)
