"""What the agents on network and compute hosts would tell Neutron: that they live, and what is up."""

import datetime
import queue
import threading
import time

import oslo_messaging
from neutron_lib import constants, context
from neutron_lib import rpc as neutron_rpc
from neutron_lib.agent import topics
from neutron_lib.callbacks import events, registry, resources
from neutron_lib.plugins import constants as plugin_constants
from neutron_lib.plugins import directory
from oslo_db.exception import DBError
from oslo_log import log

LOG = log.getLogger(__name__)

HEARTBEAT_SECONDS = 20

NETWORK_HOST = "network-2"
"""A second host for routers and DHCP, so that they can be moved."""

SWITCH = {
    "agent_type": constants.AGENT_TYPE_OVS,
    "binary": "neutron-openvswitch-agent",
    "configurations": {
        "bridge_mappings": {"physnet1": "br-ex"},
        "tunnel_types": ["vxlan"],
        "tunneling_ip": "127.0.0.1",
        "datapath_type": "system",
        "ovs_hybrid_plug": False,
    },
}
NETWORK_AGENTS = (
    {
        "agent_type": constants.AGENT_TYPE_L3,
        "binary": "neutron-l3-agent",
        "configurations": {"agent_mode": "legacy", "handle_internal_only_routers": True},
    },
    {
        "agent_type": constants.AGENT_TYPE_DHCP,
        "binary": "neutron-dhcp-agent",
        "configurations": {"dhcp_driver": "neutron.agent.linux.dhcp.Dnsmasq"},
    },
    {
        "agent_type": constants.AGENT_TYPE_METADATA,
        "binary": "neutron-metadata-agent",
        "configurations": {"metadata_proxy_socket": "/var/lib/neutron/metadata_proxy"},
    },
)

# Their ports are not bound to a host before an agent takes the router up.
ROUTER_PORTS = (constants.DEVICE_OWNER_ROUTER_INTF, constants.DEVICE_OWNER_ROUTER_GW)
UNBOUND = ("", "unbound", "binding_failed")


def play_agents(controller: str, computes: list[str]) -> None:
    """Keep agents alive on all hosts, and report bound ports and used floating IPs as up."""
    agents = [(host, agent) for host in (controller, NETWORK_HOST) for agent in (SWITCH, *NETWORK_AGENTS)]
    agents += [(host, SWITCH) for host in computes]
    for host in (controller, NETWORK_HOST):
        _listen(host)
    changes: queue.SimpleQueue = queue.SimpleQueue()
    watch(changes)
    threading.Thread(target=_beat, args=(agents,), daemon=True).start()
    threading.Thread(target=_report, args=(changes,), daemon=True).start()


class RouterAgent:
    """Takes what Neutron tells an L3 agent. That a router is to come it asks, and waits for an answer."""

    target = oslo_messaging.Target(version="1.5")

    def router_added_to_agent(self, context, **said) -> None:
        """Nothing to do: there are no namespaces to make. The same is true of the others."""

    router_removed_from_agent = routers_updated = router_deleted = agent_updated = router_added_to_agent
    add_arp_entry = del_arp_entry = router_added_to_agent


def _listen(host: str) -> None:
    target = oslo_messaging.Target(topic=topics.L3_AGENT, server=host)
    neutron_rpc.get_server(target, [RouterAgent()]).start()


def watch(changes: queue.SimpleQueue) -> None:
    """Put (report function, id, status) of every port and floating IP an agent would report on."""

    def port_changed(resource, event, trigger, payload):
        port = payload.latest_state
        bound = port.get("binding:vif_type", "") not in UNBOUND or port["device_owner"] in ROUTER_PORTS
        if bound and port["status"] == constants.PORT_STATUS_DOWN and port["admin_state_up"]:
            changes.put((_report_port, port["id"], constants.PORT_STATUS_ACTIVE))

    def floating_ip_changed(resource, event, trigger, payload):
        address = payload.latest_state
        status = constants.FLOATINGIP_STATUS_ACTIVE if address["port_id"] else constants.FLOATINGIP_STATUS_DOWN
        if address["status"] != status:
            changes.put((_report_floating_ip, address["id"], status))

    for event in (events.AFTER_CREATE, events.AFTER_UPDATE):
        registry.subscribe(port_changed, resources.PORT, event)
        registry.subscribe(floating_ip_changed, resources.FLOATING_IP, event)


def _report_port(identifier: str, status: str) -> None:
    directory.get_plugin().update_port_status(context.get_admin_context(), identifier, status)


def _report_floating_ip(identifier: str, status: str) -> None:
    router_plugin = directory.get_plugin(plugin_constants.L3)
    router_plugin.update_floatingip_status(context.get_admin_context(), identifier, status)


def _report(changes: queue.SimpleQueue) -> None:
    while True:
        report, identifier, status = changes.get()
        try:
            report(identifier, status)
        except DBError:
            LOG.exception("reporting %s as %s", identifier, status)


def _beat(agents: list[tuple[str, dict]]) -> None:
    while True:
        now = datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
        for host, agent in agents:
            state = agent | {"host": host, "topic": "N/A", "start_flag": True}
            # A database that is being restarted must not end the heartbeat.
            try:
                directory.get_plugin().create_or_update_agent(context.get_admin_context(), state, now)
            except DBError:
                LOG.exception("heartbeat of %s", host)
        time.sleep(HEARTBEAT_SECONDS)
