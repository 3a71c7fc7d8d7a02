"""What `perform()` and the exports tell the world. The audit listens; later others may.

`started`: keyword `operation` (`Operation`). A receiver that raises stops the action before the cloud is asked.
`finished`: keywords `operation` and `outcome` (`Outcome`), also for what was refused and so never started.
`exported`: keywords `export` (`Export`), `kind`, `actor` and `params`, before rows leave as a file. A receiver that
raises stops it.
"""

from django.dispatch import Signal

started = Signal()
finished = Signal()
exported = Signal()
