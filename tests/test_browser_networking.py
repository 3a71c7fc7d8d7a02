"""A new network with its way out, a server on it and a rule that lets HTTPS in, by hand in a real browser."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import DESKTOP, PHONE, Console, chromium
from tests.platform import PATIENCE_SECONDS
from tests.test_browser_console import shot

pytestmark = [pytest.mark.browser, pytest.mark.lab]
NAME = "made by hand"
LOOKS = {"light": (DESKTOP, False), "dark": (DESKTOP, True), "phone": (PHONE, False)}
# How many colours are on the topology's canvases.
COLOURS = """() => {
  const found = new Set();
  for (const canvas of document.querySelectorAll("#topology canvas")) {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    for (let at = 0; at < data.length; at += 28) if (data[at + 3] > 250) found.add(data.slice(at, at + 3).join());
  }
  return found.size;
}"""


@pytest.fixture
def window(platform, healthy):
    """An operator's; its errors fail the test."""
    with chromium() as browser:
        opened = Console(browser, platform.url, viewport=DESKTOP)
        opened.log_in("operator", "operator123")
        yield opened
        assert opened.errors == []


@pytest.fixture
def conn(openstack):
    """What is called as the test calls things is gone afterwards, in whichever state the test left it."""
    connection = openstack("east").connection
    yield connection
    network = connection.network
    for server in connection.compute.servers(name=NAME):
        ports = list(network.ports(device_id=server.id))
        for ip in [ip for port in ports for ip in network.ips(port_id=port.id)]:
            network.delete_ip(ip)
        connection.compute.delete_server(server, ignore_missing=True)
        connection.compute.wait_for_delete(server, interval=0.5, wait=PATIENCE_SECONDS)
    for router in network.routers(name=NAME):
        for subnet in network.subnets(name=NAME):
            network.remove_interface_from_router(router, subnet_id=subnet.id)
        network.delete_router(router)
    for found, delete in (
        (network.networks(name=NAME), network.delete_network),
        (network.security_groups(name=NAME), network.delete_security_group),
    ):
        for one in list(found):
            delete(one)


def choose(page: Page, field: str, text: str) -> None:
    """The option of a select that has this text in it."""
    option = page.locator(f"[name={field}] option", has_text=text).first
    option.wait_for(state="attached")
    page.select_option(f"[name={field}]", value=option.get_attribute("value"))


def make(window: Console, room: str, label: str, **fields: str) -> str:
    """Fill in the page of a new one; its id, from the address of the page one is led to."""
    page = window.open(f"/{room}/new/create/?cluster=east")
    for name, value in fields.items():
        field = page.locator(f"main [name={name}]")
        if field.evaluate("field => field.tagName") == "SELECT":
            choose(page, name, value)
        else:
            field.fill(value)
    page.locator("main").get_by_role("button", name=label).click()
    page.wait_for_url(f"**/{room}/east/*/")
    return page.url.rstrip("/").rsplit("/", 1)[1]


def submit(page: Page) -> None:
    page.locator("#dialog .dialog-submit").click()
    expect(page.locator("#dialog")).not_to_be_visible()


def act(page: Page, label: str) -> None:
    page.get_by_role("button", name="All actions").click()
    page.get_by_role("menuitem", name=re.compile(f"^{label}")).click()


def test_from_a_network_to_a_rule(window, conn):
    network = conn.network
    net = make(window, "networking/networks", "Create a network", name=NAME)
    subnet = make(window, "networking/subnets", "Create a subnet", name=NAME, network=NAME, cidr="10.79.0.0/24")
    router = make(window, "networking/routers", "Create a router", name=NAME)
    page = window.page
    act(page, "Set the gateway")
    choose(page, "external_network", "public")
    submit(page)
    assert network.get_router(router).external_gateway_info["network_id"] == network.find_network("public").id
    act(page, "Add an interface")
    choose(page, "subnet", NAME)
    submit(page)
    (inside,) = network.ports(device_id=router, network_id=net)
    assert inside.fixed_ips[0]["subnet_id"] == subnet

    page = window.open("/compute/servers/new/create/?cluster=east")
    page.fill("[name=name]", NAME)
    choose(page, "image", "cirros")
    page.get_by_label("m1.tiny").check()
    page.get_by_label(NAME, exact=True).check()
    page.get_by_role("button", name="Create a server").click()
    page.wait_for_url("**/compute/servers/east/*/")
    server = page.url.rstrip("/").rsplit("/", 1)[1]
    page.locator("h1 .status", has_text=re.compile("^ACTIVE")).wait_for()
    page.reload()

    # Two clicks: a new one of the external network stands first where there is no free one.
    page.locator("#panel-addresses").get_by_role("button", name="Associate a floating IP").click()
    choose(page, "floating_ip", "A new one of public")
    submit(page)
    (port,) = network.ports(device_id=server)
    (ip,) = network.ips(port_id=port.id)
    page.reload()
    expect(page.locator("#panel-addresses")).to_contain_text(ip.floating_ip_address)

    group = make(window, "networking/security_groups", "Create a security group", name=NAME)
    wish = {"security_group": NAME, "protocol": "tcp", "port_range_min": "443", "remote_ip_prefix": "192.0.2.0/24"}
    rule = make(window, "networking/security_group_rules", "Create a rule", **wish)
    made = network.get_security_group_rule(rule)
    assert (made.security_group_id, made.port_range_min, made.port_range_max) == (group, 443, 443)
    assert made.remote_ip_prefix == "192.0.2.0/24"
    window.open(f"/networking/security_groups/east/{group}/")
    panel = "networking-securitygrouprule-security_group"
    page.locator(f"#tab-{panel}").click()
    expect(page.locator(f"#panel-{panel}")).to_contain_text("443")


@pytest.fixture
def taken(conn):
    """A floating IP of a server, and a second server on the same network that has none."""
    network, servers = conn.network, {server.id: server.name for server in conn.compute.servers(all_projects=True)}
    router = next(one for one in network.routers() if one.external_gateway_info)
    inside = next(port for port in network.ports(device_id=router.id) if "router_interface" in port.device_owner)
    having = {ip.port_id for ip in network.ips()}
    ports = [port for port in network.ports(network_id=inside.network_id) if port.device_id in servers]
    first, second = [port for port in ports if port.id not in having][:2]
    public = router.external_gateway_info["network_id"]
    ip = network.create_ip(floating_network_id=public, port_id=first.id)
    yield ip, servers[first.device_id], first, second
    network.delete_ip(ip)


def test_moving_a_floating_ip_says_whom_it_is_taken_from(window, platform, conn, taken):
    ip, holder, first, second = taken
    platform.manage("sync-cluster", "east")
    page = window.open(f"/networking/floating_ips/east/{ip.id}/")
    act(page, "Move to another port")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text(f"It is taken from {holder} ({first.fixed_ips[0]['ip_address']})")
    choose(page, "port", second.fixed_ips[0]["ip_address"])
    submit(page)
    moved = conn.network.get_ip(ip.id)
    assert (moved.port_id, moved.fixed_ip_address) == (second.id, second.fixed_ips[0]["ip_address"])
    expect(page.locator("main")).to_contain_text(second.fixed_ips[0]["ip_address"])


def test_the_picture_of_what_is_deleted_meanwhile_is_no_empty_sheet(window, platform, conn):
    made = conn.network.create_network(name=NAME)
    platform.manage("sync-cluster", "east")
    page = window.open(f"/networking/topology/?cluster=east&around=networking.network/{made.id}")
    page.locator("#topology[data-drawn-ms]").wait_for()
    conn.network.delete_network(made)
    platform.manage("sync-cluster", "east")
    expect(page.locator("#region")).to_contain_text("It no longer exists on cluster east.")
    expect(page.locator("#topology")).to_be_hidden()
    expect(page.locator(".topology-legend")).to_be_hidden()


@pytest.mark.parametrize("look", LOOKS)
def test_topology_and_path_in_every_look(platform, healthy, conn, look):
    viewport, dark = LOOKS[look]
    # The oldest: what the tests before this one made may be on its way out.
    running = [server for server in conn.compute.servers(all_projects=True) if server.status == "ACTIVE"]
    servers = sorted(running, key=lambda server: server.created_at)
    with chromium() as browser:
        window = Console(browser, platform.url, viewport=viewport, dark=dark)
        window.log_in("operator", "operator123")
        for name, address in (
            ("topology", "/networking/topology/?cluster=east"),
            ("around", f"/networking/topology/?cluster=east&around=compute.server/{servers[0].id}"),
        ):
            page = window.open(address)
            page.locator("#topology[data-drawn-ms]").wait_for()
            assert window.overflow() == 0 and window.violations() == []
            page.screenshot(path=shot(f"{name}-{look}"))
        # The picture is no empty sheet: what it is drawn on holds several colours.
        page.wait_for_function(f"() => ({COLOURS})() > 2")
        page = window.open("/networking/path/?cluster=east")
        page.fill("[name=source]", servers[0].name)
        page.fill("[name=target]", servers[1].name)
        page.fill("[name=port]", "22")
        page.get_by_role("button", name="Check").click()
        expect(page.locator("#path-verdict")).to_be_visible()
        assert page.locator(".path-stand").count() > 2
        assert window.overflow() == 0 and window.violations() == []
        page.screenshot(path=shot(f"path-{look}"), full_page=True)
        assert window.errors == []
