"""Nova: API, conductor, scheduler and all computes of a cloud, in native threads."""

import os
import sys
from pathlib import Path

from lab.services.serving import description, serve, wait_for


def preload() -> None:
    # Before anything else is imported: native threads, for timers too.
    os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "true"
    from nova import monkey_patch

    monkey_patch.patch(backend="threading")

    from nova.conf import CONF

    # Both computes run in the process of the API here: what they would do for each of 20,000 cloned servers every
    # minute is done elsewhere in a real cloud. Managers take these when they are imported, before any nova.conf.
    CONF.set_default("update_resources_interval", 3600)
    CONF.set_default("sync_power_state_interval", -1)
    CONF.set_default("manager_interval", -1, group="image_cache")

    import nova.api.openstack.compute
    import nova.compute.manager
    import nova.conductor.manager
    import nova.scheduler.manager
    import nova.service
    import nova.virt

    from lab.drivers import compute

    # Nova loads nothing but what lies under nova.virt.
    sys.modules["nova.virt.lab_compute"] = compute
    nova.virt.lab_compute = compute


def run(state: Path) -> None:
    os.environ["OS_NOVA_CONFIG_DIR"] = str(state / "conf")
    # The API looks for Placement in the catalog at start and ends when it is not there.
    wait_for(state, "identity", "placement")
    import os_brick
    import os_vif
    from nova import context
    from nova.api.openstack import wsgi_app
    from nova.objects import host_mapping
    from oslo_config import cfg

    application = wsgi_app.init_application("osapi_compute", "nova-api-os-compute")
    os_vif.initialize()
    os_brick.setup(cfg.CONF)
    wait_for(state, "network")
    _start(binary="nova-conductor", topic="conductor", host="controller")
    _start(binary="nova-scheduler", topic="scheduler", host="controller")
    for host in description(state)["computes"]:
        _start(binary="nova-compute", topic="compute", topic_alt="compute-alt", host=host)
    # The scheduler would find new computes too, but only after some seconds.
    host_mapping.discover_hosts(context.get_admin_context())
    serve(application, state, "compute", threads=12)


def _start(**arguments) -> None:
    from nova import service

    started = service.Service.create(**arguments)
    started.start()
    # Its own first sign of life comes after 5 s. Up to then, after a night of rest, it would be "down".
    started.service_ref.report_count += 1
    started.service_ref.save()
