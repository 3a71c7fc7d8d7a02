from clusters.inventory import Source
from opsys.kit.declare.action import Action
from opsys.kit.declare.register import register
from opsys.kit.declare.resource import Column, Resource
from tests.example_room.gadgets import cloud
from tests.example_room.gadgets.models import Gadget

GADGETS = register(
    Resource(
        model=Gadget,
        slug="gadgets",
        source=Source("compute", cloud.fetch, cloud.fetch_one),
        columns=(Column("name", "Name", kind="name", sort=("name",)), Column("weight", "Weight", sort=("weight",))),
        actions=(Action("polish", "Polish", cloud.polish),),
    )
)
