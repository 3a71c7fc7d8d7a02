"""What people can do to a server, and when not. Menus put the actions under their group, in this order."""

from compute.servers.actions import (
    access,
    create,
    network,
    placement,
    power,
    removal,
    repair,
    settings,
    sizing,
    snapshots,
    storage,
)

ACTIONS = (
    create.CREATE,
    *power.EVERYDAY,
    *sizing.CONFIRM,
    removal.DELETE,
    *snapshots.ACTIONS,
    *access.ACTIONS,
    *power.ACTIONS,
    *storage.ACTIONS,
    *network.ACTIONS,
    sizing.RESIZE,
    *settings.ACTIONS,
    *repair.ACTIONS,
    sizing.REBUILD,
    *removal.ACTIONS,
    *placement.ACTIONS,
)
