"""The SSH connection: transport, host keys, authentication."""
