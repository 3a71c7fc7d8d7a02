"""What people can do to a volume, and when not. Menus put the actions under their group, in this order."""

from storage.volumes.actions import attaching, copies, create, placement, removal, repair, settings, transfer

ACTIONS = (
    *create.ACTIONS,
    transfer.ACCEPT,
    *attaching.ACTIONS,
    settings.EXTEND,
    removal.DELETE,
    *copies.ACTIONS,
    transfer.OFFER,
    *settings.ACTIONS,
    *placement.ACTIONS,
    *repair.ACTIONS,
    *removal.ACTIONS,
)
