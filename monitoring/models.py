from monitoring.samples.models import Block, Frame, Series, Thinned  # noqa: F401
