"""When something will be full, and what becomes of servers when a host is gone."""
