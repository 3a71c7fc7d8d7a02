from monitoring.loads.models import WatchedServer  # noqa: F401
from monitoring.samples.models import Block, Frame, RecentLatency, Series, Thinned  # noqa: F401
from monitoring.usage.models import Price  # noqa: F401
