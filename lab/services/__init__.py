"""The OpenStack services of the lab: all of one project's in one process per cloud."""
