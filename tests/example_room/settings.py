from opsys.settings.test import *  # noqa: F403
from opsys.settings.test import INSTALLED_APPS

# Among the other domains: after the clusters they belong to, before Django admin, which looks once at what there is.
_place = INSTALLED_APPS.index("opsys.kit")
INSTALLED_APPS = [*INSTALLED_APPS[:_place], "tests.example_room", *INSTALLED_APPS[_place:]]
