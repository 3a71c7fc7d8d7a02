from django.db import models

from clusters.inventory import InventoryItem


class Gadget(InventoryItem):
    weight = models.PositiveIntegerField(default=0)

    class Meta(InventoryItem.Meta):
        app_label = "example"
