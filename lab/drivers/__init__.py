"""What stands in for the hardware: a hypervisor, a storage array, a backup store, network agents."""
