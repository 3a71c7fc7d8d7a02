"""What the rows of Neutron's types have in common."""

from clusters.inventory import InventoryItem


class NetworkingItem(InventoryItem):
    class Meta(InventoryItem.Meta):
        abstract = True

    def search_words(self) -> list[str]:
        return [*super().search_words(), self.text("description")]

    def text(self, key: str) -> str:
        return str(self.data.get(key) or "")
