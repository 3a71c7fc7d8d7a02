"""Nova: API, conductor, scheduler and all computes of a cloud, in native threads."""

import os
import sys
from pathlib import Path

from lab.services.serving import description, serve, wait_for

# Read when Nova is imported.
os.environ["OS_NOVA_DISABLE_EVENTLET_PATCHING"] = "true"


def preload() -> None:
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
    from nova import context, service
    from nova.api.openstack import wsgi_app
    from nova.objects import host_mapping
    from oslo_config import cfg

    application = wsgi_app.init_application("osapi_compute", "nova-api-os-compute")
    os_vif.initialize()
    os_brick.setup(cfg.CONF)
    wait_for(state, "network")
    service.Service.create(binary="nova-conductor", topic="conductor", host="controller").start()
    service.Service.create(binary="nova-scheduler", topic="scheduler", host="controller").start()
    for host in description(state)["computes"]:
        service.Service.create(
            binary="nova-compute", topic="compute", topic_alt="compute-alt", host=host
        ).start()
    # The scheduler would find new computes too, but only after some seconds.
    host_mapping.discover_hosts(context.get_admin_context())
    serve(application, state, "compute", threads=12)
