"""What the inventory says before it writes, so that whoever keeps what changed can still read how it was.

`changing`: keywords `cluster`, `items` (rows that are about to be written, not saved; those with `gone_at` are deleted
in the cloud), `known` (cloud id → digest, gone_at, synced_at of those that have a row). The sender is the model.
`vanishing`: keywords `cluster` and `rows`, a queryset of those that are about to be marked gone.
"""

from django.dispatch import Signal

changing = Signal()
vanishing = Signal()
