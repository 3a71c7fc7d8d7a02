"""`make test-fresh`: the README's commands on a minimal Debian with nothing on it, to the end.

A machine is a folder that debootstrap made, with mounts and processes of its own; packages are installed from nothing
in each run. Two runs: as root, and as a user with sudo. Needs root, debootstrap and git, and of Python its own library
only: nothing of .venv.
"""
