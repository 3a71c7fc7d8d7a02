"""What `perform()` tells the world. The audit listens; later others may.

`started`: keyword `operation` (`Operation`). A receiver that raises stops the action before the cloud is asked.
`finished`: keywords `operation` and `outcome` (`Outcome`), also for what was refused and so never started.
"""

from django.dispatch import Signal

started = Signal()
finished = Signal()
