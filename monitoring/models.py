from monitoring.samples.models import Block, Frame, RecentLatency, Series, Thinned  # noqa: F401
