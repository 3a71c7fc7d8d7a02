from clusters.gateway import one, pages


def fetch(conn):
    for page in pages(conn.compute, "/gadgets", "gadgets"):
        yield [row(gadget) for gadget in page]


def fetch_one(conn, cloud_id):
    return row(one(conn.compute, f"/gadgets/{cloud_id}", "gadget"))


def row(gadget):
    return {"cloud_id": gadget.get("id"), "name": gadget.get("name"), "weight": gadget.get("weight"), "data": {}}


def polish(conn, cloud_id):
    conn.compute.post(f"/gadgets/{cloud_id}/action", json={"polish": None})
