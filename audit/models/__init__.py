from audit.models.destination import Destination
from audit.models.event import AppendOnly, Event, EventQuerySet
from audit.models.proof import Checkpoint, Leaf, TreeState

__all__ = ["AppendOnly", "Checkpoint", "Destination", "Event", "EventQuerySet", "Leaf", "TreeState"]
