"""Whether a server can reach an address or a port, answered from the inventory, with the reason of each step."""
