"""The loads of servers from a Prometheus: one question a figure, however many servers."""

import json
import re
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any
from urllib.parse import urlencode

from clusters.coerce import mapping, sequence
from compute.servers.models import Server
from monitoring import outgoing
from monitoring.loads.models import PrometheusSource

EXPORTER, NAMES = PrometheusSource.Exporter, PrometheusSource.Names
MOST_READ = 4_000_000
DEFAULTS = {EXPORTER.LIBVIRT: ("domain", NAMES.INSTANCE_NAME), EXPORTER.NODE: ("instance", NAMES.ADDRESS)}
NS, MIB = 1e9, 1024**2
# Metric: what to ask for ({of} stands for the selection of servers), and how much one of it is.
QUERIES: dict[str, dict[str, tuple[str, float]]] = {
    EXPORTER.LIBVIRT: {
        "cpu.ns": ("libvirt_domain_info_cpu_time_seconds_total{of}", NS),
        "disk.read": ("libvirt_domain_block_stats_read_bytes_total{of}", 1),
        "disk.write": ("libvirt_domain_block_stats_write_bytes_total{of}", 1),
        "net.in": ("libvirt_domain_interface_stats_receive_bytes_total{of}", 1),
        "net.out": ("libvirt_domain_interface_stats_transmit_bytes_total{of}", 1),
        "memory.used": ("libvirt_domain_info_memory_usage_bytes{of}", 1 / MIB),
    },
    EXPORTER.NODE: {
        "cpu.ns": ('node_cpu_seconds_total{{mode!~"idle|iowait|steal",{inner}}}', NS),
        "disk.read": ("node_disk_read_bytes_total{of}", 1),
        "disk.write": ("node_disk_written_bytes_total{of}", 1),
        "net.in": ('node_network_receive_bytes_total{{device!="lo",{inner}}}', 1),
        "net.out": ('node_network_transmit_bytes_total{{device!="lo",{inner}}}', 1),
        "memory.used": ("(node_memory_MemTotal_bytes{of} - node_memory_MemAvailable_bytes{of})", 1 / MIB),
    },
}


def loads_from(source: PrometheusSource, servers: Sequence[Server]) -> dict[str, dict[str, float]]:
    """By the servers' ids, in the shape of `diagnostics.load_of`. Raises `outgoing.OutgoingError`."""
    usual_label, usual_names = DEFAULTS[EXPORTER(source.exporter)]
    label, names = source.label or usual_label, source.names or usual_names
    known = {value: server.cloud_id for server in servers for value in _known_by(server, names)}
    if not known:
        return {}
    found: dict[str, dict[str, float]] = {}
    for metric, (query, per) in QUERIES[source.exporter].items():
        for value, amount in _ask(source, _query(query, label, known), label).items():
            server_id = known.get(value) or known.get(_without_port(value))
            if server_id:
                load = found.setdefault(server_id, {})
                load[metric] = load.get(metric, 0) + amount * per
    return found


def _known_by(server: Server, names: str) -> list[str]:
    if names == NAMES.ADDRESS:
        return server.address_lines
    values = {
        NAMES.ID: server.cloud_id,
        NAMES.NAME: server.name,
        NAMES.INSTANCE_NAME: server.data.get("OS-EXT-SRV-ATTR:instance_name"),
    }
    value = values[NAMES(names)]
    return [value] if isinstance(value, str) and value else []


def _query(query: str, label: str, known: Mapping[str, str]) -> str:
    # Names are people's own: escaped for the expression first, and for the string around it then.
    chosen = "|".join(re.escape(value) for value in sorted(known))
    pattern = rf"\[?(?:{chosen})\]?(?::[0-9]+)?"
    inner = f"{label}=~{json.dumps(pattern, ensure_ascii=False)}"
    return f"sum by ({label}) ({query.format(of='{' + inner + '}', inner=inner)})"


def _ask(source: PrometheusSource, query: str, label: str) -> dict[str, float]:
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if source.token:
        headers["Authorization"] = f"Bearer {source.token}"
    answer = outgoing.request(
        "POST",
        f"{source.url.rstrip('/')}/api/v1/query",
        body=urlencode({"query": query}).encode(),
        headers=headers,
        ca_certificate=source.cluster.ca_certificate,
        most=MOST_READ,
    )
    results = sequence(mapping(mapping(answer).get("data")).get("result"))
    return {
        str(mapping(mapping(one).get("metric")).get(label)): amount
        for one in results
        if (amount := _amount(mapping(one).get("value"))) is not None
    }


def _amount(value: Any) -> float | None:
    """From [moment, "text"]."""
    try:
        amount = float(sequence(value)[1])
    except (IndexError, TypeError, ValueError):
        return None
    return amount if isfinite(amount) and 0 <= amount < 2**60 else None


def _without_port(value: str) -> str:
    """Of 10.0.0.5:9100 and [2001:db8::5]:9100 the address."""
    return (
        re.sub(r"^\[?(.*?)\]?(?::[0-9]+)?$", r"\1", value) if value.startswith("[") or value.count(":") < 2 else value
    )
