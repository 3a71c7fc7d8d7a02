"""Real OpenStack clouds on loopback addresses, for the demo, the tests and the benchmarks.

    from lab import Lab

    lab = Lab(root=Path("/tmp/lab"), network="127.0.1", database_port=33062)
    lab.up(clouds=("east", "west"), computes=2, seeded=True)
    lab.cloud("east").fault("compute", "hang")
    lab.down()

The driver side (everything a caller imports) uses the standard library only; the services run in
the lab's own virtual environment. README.md tells how it hangs together.
"""

from lab.cloud import Cloud
from lab.errors import LabError
from lab.laboratory import Lab

__all__ = ["Cloud", "Lab", "LabError"]
