from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class KitConfig(AppConfig):
    name = "opsys.kit"
    label = "kit"
    verbose_name = gettext_lazy("Guard rails")


@dataclass(frozen=True)
class View:
    """A list of a type that people look for under a name of its own: an entry of the menu that opens the type's list
    with these filters set."""

    label: "str | StrPromise"
    slug: str
    query: str
    icon: str


class Domain(AppConfig):
    """An app made of rooms, one per resource type. A new type is a folder and its name in `rooms`.

    A room's `models` module is loaded with the app's own models, its `resource` module once all models stand, and
    then the `page` modules of the folders in `pages`, which hold pages that are no list of one type.
    """

    default = False  # Django picks an app's configuration by this; see below
    rooms: tuple[str, ...] = ()
    views: Sequence[View] = ()
    pages: tuple[str, ...] = ()

    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.default = True

    def import_models(self):
        super().import_models()
        for room in self.rooms:
            # Django makes tables, content types and permissions only for an app that has a module of models.
            self.models_module = import_module(f"{self.name}.{room}.models")

    def ready(self):
        for room in self.rooms:
            import_module(f"{self.name}.{room}.resource")
        for page in self.pages:
            import_module(f"{self.name}.{page}.page")
