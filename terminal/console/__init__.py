"""The console of a server: its screen (VNC) or its serial line, by way of the proxy that Nova names."""
