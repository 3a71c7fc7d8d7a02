from importlib import import_module

from django.apps import AppConfig


class KitConfig(AppConfig):
    name = "opsys.kit"
    label = "kit"


class Domain(AppConfig):
    """An app made of rooms, one per resource type. A new type is a folder and its name in `rooms`.

    A room's `models` module is loaded with the app's own models, its `resource` module once all models stand.
    """

    default = False  # Django picks an app's configuration by this; see below
    rooms: tuple[str, ...] = ()

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
