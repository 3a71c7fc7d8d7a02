"""What people can do to a volume, and when not. Menus put the actions under their group, in this order."""

from storage.volumes.actions import attaching, copies, create, placement, removal, repair, settings

ACTIONS = (
    *create.ACTIONS,
    *attaching.ACTIONS,
    settings.EXTEND,
    removal.DELETE,
    *copies.ACTIONS,
    *settings.ACTIONS,
    *placement.ACTIONS,
    *repair.ACTIONS,
    *removal.ACTIONS,
)
