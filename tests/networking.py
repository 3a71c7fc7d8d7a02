"""What the tests of networking on real clouds have in common."""

NETWORKS, SUBNETS, PORTS = "networking/networks/", "networking/subnets/", "networking/ports/"
ROUTERS, FLOATING_IPS, AGENTS = "networking/routers/", "networking/floating_ips/", "networking/agents/"
GROUPS, RULES = "networking/security_groups/", "networking/security_group_rules/"


def new(api, path, action, cluster, **params):
    """The outcome of making something, which was done."""
    (outcome,) = api.make(path, action, cluster, **params)["outcomes"]
    assert outcome["status"] == "done", f"{action}: {outcome['reason']}"
    return outcome


def done(api, path, action, made, **params):
    """The same of doing something to what `made` tells."""
    (outcome,) = api.do(path, action, made["id"], **params)
    assert outcome["status"] == "done", f"{action}: {outcome['reason']}"
    return outcome


def refused(api, path, action, cluster, **params):
    """What is said at the fields: that this cannot be."""
    answer = api.try_to_make(path, action, cluster, **params)
    assert answer.status_code == 400, answer.text
    return answer.text
