from opsys.kit.apps import Domain


class ExampleConfig(Domain):
    name = "tests.example_room"
    label = "example"
    verbose_name = "Example"
    rooms = ("gadgets",)
