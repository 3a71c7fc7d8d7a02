from opsys.settings.test import *  # noqa: F403
from opsys.settings.test import INSTALLED_APPS

# Before django.contrib.admin, like every domain: it looks once for what is registered.
INSTALLED_APPS = ["tests.example_room", *INSTALLED_APPS]
