"""The graph as plain values."""

from networking.topology.graph import Node, graph_of


def node(kind, cloud_id):
    return Node((f"networking.{kind}", cloud_id), cloud_id, "ACTIVE", "green", kind, f"/{kind}/{cloud_id}/")


NETWORK, SUBNET, PORT, OTHER = node("network", "n"), node("subnet", "s"), node("port", "p"), node("port", "q")
NODES = [NETWORK, SUBNET, PORT, OTHER]


def test_an_edge_that_others_imply_is_not_drawn():
    edges = [(PORT.place, NETWORK.place), (PORT.place, SUBNET.place), (SUBNET.place, NETWORK.place)]
    assert set(graph_of(NODES, edges).edges) == {(PORT.place, SUBNET.place), (SUBNET.place, NETWORK.place)}


def test_without_a_subnet_between_a_port_is_in_its_network():
    assert graph_of(NODES, [(OTHER.place, NETWORK.place)]).edges == [(OTHER.place, NETWORK.place)]


def test_edges_to_what_is_not_there_and_to_itself_are_left_out_and_doubles_are_one():
    gone = ("networking.subnet", "gone")
    edges = [(PORT.place, gone), (gone, NETWORK.place), (PORT.place, PORT.place), *[(PORT.place, SUBNET.place)] * 2]
    assert graph_of(NODES, edges).edges == [(PORT.place, SUBNET.place)]


def test_neighbours_stand_at_both_ends_in_the_nodes_order():
    graph = graph_of(NODES, [(OTHER.place, SUBNET.place), (PORT.place, SUBNET.place), (SUBNET.place, NETWORK.place)])
    assert graph.neighbours[SUBNET.place] == [NETWORK, PORT, OTHER]
    assert graph.neighbours[NETWORK.place] == [SUBNET]


def test_programs_are_told_nodes_and_edges_by_id():
    told = graph_of(NODES, [(PORT.place, SUBNET.place)]).as_dict()
    assert told["edges"] == [{"source": "networking.port/p", "target": "networking.subnet/s"}]
    assert told["nodes"][0] == {
        "id": "networking.network/n",
        "type": "network",
        "name": "n",
        "status": "ACTIVE",
        "colour": "green",
        "kind": "network",
        "url": "/network/n/",
        "external": False,
    }
