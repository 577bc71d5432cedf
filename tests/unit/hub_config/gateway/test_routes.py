"""The gateway's table and its reading of addresses: what the lab asks for passes, all else does not."""

import pytest

from hub_config.gateway.refusal import Refusal
from hub_config.gateway.routes import LARGEST_FILE, LARGEST_NOTEBOOK, TABLE, Kind, find_route, largest_response
from hub_config.gateway.target import MOST_CHARACTERS, parse_target

KERNEL = "a9e39edb-fd65-4233-9326-3c28f1b2a6a4"
# What a session of the lab in Chromium was seen to ask for, below the workspace's address.
ASKED = [
    ("GET", "", Kind.LOGIN),
    ("GET", "oauth_callback?code=L9sLXJ&state=1JkXhg", Kind.LOGIN),
    ("GET", "lab", Kind.PAGE),
    ("GET", "lab?", Kind.PAGE),
    ("GET", "lab/tree/Untitled.ipynb", Kind.PAGE),
    ("GET", "lab/workspaces/auto-1/tree/a/b%20c.ipynb?reset", Kind.PAGE),
    ("GET", "static/lab/main.efd36b46f3b45eb8.js?v=efd36b46f3b45eb8", Kind.FILE),
    ("GET", "static/favicons/favicon-busy-1.ico", Kind.FILE),
    ("GET", "lab/extensions/@jupyter-server/resource-usage/static/311.dc54.js?v=dc54", Kind.FILE),
    ("GET", "lab/api/themes/@jupyterlab/theme-light-extension/index.css", Kind.FILE),
    ("GET", "lab/api/settings?1795558601640", Kind.DATA),
    ("GET", "lab/api/settings/@jupyterlab/docmanager-extension:plugin?1795558602410", Kind.DATA),
    ("PUT", "lab/api/settings/@jupyterlab/apputils-extension:themes", Kind.SAVE),
    ("GET", "lab/api/settings?ids_only=true&1795558602751", Kind.DATA),
    ("PUT", "lab/api/workspaces/default?1795558605225", Kind.SAVE),
    ("GET", "lab/api/translations/default?1795558602040", Kind.DATA),
    ("GET", "api/me?1795558601614", Kind.DATA),
    ("GET", "api/kernelspecs?1795558602059", Kind.DATA),
    ("GET", "kernelspecs/python3/logo-svg.svg", Kind.IMAGE),
    ("GET", f"api/metrics/v1/kernel_usage/get_usage/{KERNEL}?1795558604407", Kind.DATA),
    ("POST", "api/contents?1795558603962", Kind.SAVE),
    ("GET", "api/contents?content=1&hash=0&1795558602308", Kind.DATA),
    ("GET", "api/contents/Untitled.ipynb?type=notebook&content=1&hash=1&contentProviderId=undefined", Kind.DATA),
    ("PUT", "api/contents/%C3%BC%20b.ipynb", Kind.SAVE),
    ("GET", "api/contents/100%25.txt?content=1", Kind.DATA),
    ("POST", "api/contents/Untitled.ipynb/checkpoints?1795559748107", Kind.SAVE),
    ("POST", "api/sessions?1795558604311", Kind.DATA),
    ("PATCH", f"api/sessions/{KERNEL}?1795558604362", Kind.DATA),
    ("DELETE", f"api/sessions/{KERNEL}", Kind.SAVE),
    ("POST", f"api/kernels/{KERNEL}/interrupt", Kind.SAVE),
    ("GET", f"api/kernels/{KERNEL}/channels?session_id=35b1f988", Kind.SOCKET),
    ("GET", "terminals/websocket/1", Kind.SOCKET),
    ("GET", "api/events/subscribe", Kind.SOCKET),
    ("GET", "tre/packages", Kind.DATA),
    ("POST", "tre/packages", Kind.SAVE),
    ("GET", "proxy/8787/status", Kind.DASHBOARD),
    ("GET", "gateway/dashboard.js", Kind.FILE),
    ("GET", "gateway/bokeh/bokeh-tables.min.js", Kind.FILE),
    ("GET", "proxy/40441/profile/ws", Kind.SOCKET),
]


def route(method: str, below: str):
    address = parse_target(f"/user/ana/pay/{below}")
    return find_route(method, address.path.removeprefix("/user/ana/pay/"), address.query)


@pytest.mark.parametrize(("method", "below", "kind"), ASKED)
def test_what_the_lab_asks_for_passes(method, below, kind):
    assert route(method, below).kind is kind


@pytest.mark.parametrize(
    ("method", "below", "status"),
    [
        ("GET", "files/a.csv", 403),
        ("GET", "files", 403),
        ("HEAD", "files/a.csv", 403),
        ("GET", "nbconvert/html/a.ipynb", 403),
        ("POST", "nbconvert/html", 403),
        ("GET", "view/a.html", 403),
        ("GET", "archive-download/a", 403),
        ("GET", "api/contents/a.csv?download", 403),
        ("GET", "api/contents/a.csv?DownLoad=1", 403),
        ("GET", "api/contents/a.csv?%64ownload=1", 403),
        ("GET", "lab?download=1", 403),
        ("GET", "api/contents/a.csv?content=1&raw=1", 403),
        ("GET", "api/nbconvert", 404),
        ("GET", "api/shutdown", 404),
        ("POST", "api/shutdown", 404),
        ("GET", "proxy/8080/", 404),
        ("GET", "proxy/8787/", 404),
        ("GET", "proxy/8787/statics/js/x.js", 404),
        ("GET", "proxy/8787/info/main/workers.html", 404),
        ("GET", "proxy/8787/status/ws/x", 404),
        ("GET", "proxy/8787/other/ws", 404),
        ("GET", "proxy/80/status", 404),
        ("GET", "proxy/other.example:8787/status/ws", 404),
        ("GET", "proxy/absolute/8787/status/ws", 404),
        ("GET", "server-proxy/servers-info", 404),
        ("GET", "gateway/bokeh/compiler.js", 404),
        ("GET", "gateway/bokeh/bokeh.js", 404),
        ("GET", "proxy/8787/status?bokeh-session-id=x", 403),
        ("GET", "proxy/8787/status/ws?x=1", 403),
        ("POST", "proxy/8787/status", 405),
        ("GET", "static/a.html", 404),
        ("GET", "custom/custom.css", 404),
        ("GET", "metrics", 404),
        ("GET", "doc/tree/a", 404),
        ("GET", "tree", 404),
        ("GET", "lsp/status", 404),
        ("GET", "terminals/websocket/a.b", 404),
        ("PUT", "lab", 405),
        ("HEAD", "api/contents", 405),
        ("OPTIONS", "api/contents", 405),
        ("get", "api/contents", 405),
    ],
)
def test_what_is_not_in_the_table_is_refused(method, below, status):
    with pytest.raises(Refusal) as error:
        route(method, below)
    assert error.value.status == status


@pytest.mark.parametrize(
    "target",
    [
        "http://other/user/ana/pay/lab",
        "//other/lab",
        "user/ana/pay/lab",
        "*",
        "",
        "/user/ana/pay//lab",
        "/user/ana/pay/./lab",
        "/user/ana/pay/../../ben/other/lab",
        "/user/ana/pay/lab/..",
        "/user/ana/pay/api/contents/%2e%2e/a",
        "/user/ana/pay/api/contents/%2E",
        "/user/ana/pay/api/contents/a%2fb",
        "/user/ana/pay/api/contents/a%5Cb",
        "/user/ana/pay/api/contents/a\\b",
        "/user/ana/pay/api/contents/%252e%252e/a",
        "/user/ana/pay/api/contents/%25252e",
        "/user/ana/pay/api/contents/%00",
        "/user/ana/pay/api/contents/%0d%0aX:1",
        "/user/ana/pay/api/contents/%7f",
        "/user/ana/pay/api/contents/%c2%85",
        "/user/ana/pay/api/contents/%ff",
        "/user/ana/pay/api/contents/%c0%ae%c0%ae",
        "/user/ana/pay/api/contents/%",
        "/user/ana/pay/api/contents/%zz",
        "/user/ana/pay/api/contents/a b",
        "/user/ana/pay/api/contents/ü",
        "/user/ana/pay/lab#x",
        "/user/ana/pay/api/contents?content=1&content=0",
        "/user/ana/pay/api/contents?a=%0a",
        "/user/ana/pay/" + "a" * MOST_CHARACTERS,
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_refused(target):
    with pytest.raises(Refusal) as error:
        parse_target(target)
    assert error.value.status in {400, 414}


def test_every_row_is_about_a_path_below_the_workspace_and_no_row_allows_everything():
    for row in TABLE:
        assert not row.pattern.fullmatch("user/ben/other/lab")
        assert row.kind is Kind.REFUSED or not row.pattern.fullmatch("files/a")


@pytest.mark.parametrize(
    ("below", "most"),
    [
        ("api/contents/a.ipynb?type=notebook&content=1", LARGEST_NOTEBOOK),
        ("api/contents/a.txt?type=file&format=text&content=1", LARGEST_NOTEBOOK),
        ("api/contents/a.bin?type=file&format=base64&content=1", LARGEST_FILE),
        ("api/contents/a.bin?content=1", LARGEST_FILE),
    ],
)
def test_large_files_are_not_shown(below, most):
    address = parse_target(f"/user/ana/pay/{below}")
    assert largest_response(route("GET", below), address.query) == most
