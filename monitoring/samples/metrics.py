"""What is sampled. Values are kept as whole numbers: hundredths of a gauge, counters as they are."""

from dataclasses import dataclass

CLUSTER, HOST, PROJECT, POOL = "", "compute.hypervisor", "identity.project", "storage.pool"
NETWORK, SERVER = "networking.network", "compute.server"
USED_BY_PROJECTS = ("servers", "vcpus", "memory", "volumes", "gib", "addresses")


@dataclass(frozen=True)
class Metric:
    """A figure of subjects of one `kind`, a type's name ("": the cluster itself). A name that ends with "/" has a
    label behind it: a state, a service. Of a counter only the growth means something; of a gauge that is thinned the
    mean is kept, of a counter what it was last."""

    kind: str
    name: str
    counter: bool = False

    @property
    def scale(self) -> int:
        return 1 if self.counter else 100


METRICS = (
    *(Metric(CLUSTER, f"{plural}/") for plural in ("servers", "volumes", "networks")),
    *(Metric(CLUSTER, f"{what}.{part}") for what in ("vcpus", "memory", "disk") for part in ("used", "total")),
    *(Metric(CLUSTER, name) for name in ("addresses.used", "addresses.total", "volumes.gib", "down/")),
    *(Metric(CLUSTER, f"api.{name}/", counter=True) for name in ("requests", "ms", "errors")),
    Metric(HOST, "servers"),
    *(Metric(HOST, f"{what}.{part}") for what in ("vcpus", "memory", "disk") for part in ("used", "total")),
    *(Metric(PROJECT, name) for name in USED_BY_PROJECTS),
    *(Metric(PROJECT, f"{name}.limit") for name in USED_BY_PROJECTS),
    *(Metric(POOL, name) for name in ("used", "usable", "provisioned", "provisionable")),
    *(Metric(NETWORK, name) for name in ("addresses.used", "addresses.total")),
    *(Metric(SERVER, name, counter=True) for name in ("cpu.ns", "disk.read", "disk.write", "net.in", "net.out")),
    Metric(SERVER, "memory.used"),
)
_BY_NAME = {(metric.kind, metric.name): metric for metric in METRICS}


def metric_of(kind: str, name: str) -> Metric:
    """`servers/ACTIVE` of "" is the metric `servers/`. KeyError if there is none."""
    stem, slash, _label = name.partition("/")
    return _BY_NAME[kind, stem + slash]
