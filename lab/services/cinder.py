"""Cinder: API, scheduler, volume and backup services of a cloud, in green threads."""

import sys
from collections.abc import Callable
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
    import cinder.volume.manager

    import lab.drivers.backup
    import lab.drivers.volume  # noqa: F401


def run(state: Path) -> None:
    sys.argv = ["cinder", "--config-file", str(state / "conf" / "cinder.conf")]
    import eventlet
    import eventlet.wsgi
    import os_brick.privileged
    from cinder import service, utils
    from cinder.wsgi.wsgi import initialize_application
    from oslo_config import cfg

    _mend_services()
    application = initialize_application()
    # Opening a volume's file needs no root: without this, os-brick starts a helper through sudo.
    os_brick.privileged.default.set_client_mode(False)

    class Service(service.Service):
        def report_state(self) -> None:
            # Kept on the base class, it is that of the service started last: only that would be alive.
            service.Service.service_id = self.origin_service_id
            super().report_state()

    scheduler = Service.create(binary="cinder-scheduler")
    volume = Service.create(
        binary="cinder-volume",
        host=f"{cfg.CONF.host}@standard",
        service_name="standard",
        coordination=True,
        cluster=None,
    )
    backup = Service.create(
        binary="cinder-backup",
        coordination=True,
        service_name="backup",
        process_number=1,
        semaphore=utils.semaphore_factory(0, 1),
    )
    # The scheduler's start ends when it has heard from a backend, so that one must start beside it.
    eventlet.spawn_n(scheduler.start)
    _wait(lambda: scheduler.rpcserver)
    eventlet.spawn_n(volume.start)
    eventlet.spawn_n(backup.start)
    # Until it knows them, the scheduler fails what it is asked for.
    hosts = scheduler.manager.driver.host_manager
    _wait(lambda: hosts.service_states and hosts.backup_service_states)
    for started in (scheduler, volume, backup):
        # Their own first sign of life comes after 10 s: until then, after a night of rest, they were "down".
        started.report_state()
    address = description(state)["address"]
    port = PUBLIC_PORTS["block-storage"] + INTERNAL_OFFSET
    eventlet.wsgi.server(eventlet.listen((address, port), backlog=500), application, log_output=False)


def _mend_services() -> None:
    """This Cinder answers that a service is enabled and leaves it as it was; released ones enable it."""
    from cinder import objects
    from cinder.api.v3 import services

    answer = services.ServiceController.enable

    def enable(self, req, body):
        context, binary = req.environ["cinder.context"], body.get("binary", "")
        said = answer(self, req, body=body)
        found = objects.Service.get_by_args(context, body.get("host", ""), binary)
        found.disabled, found.disabled_reason = False, None
        found.save()
        return said

    services.ServiceController.enable = enable


def _wait(condition: Callable[[], object]) -> None:
    import eventlet

    while not condition():
        eventlet.sleep(0.05)
