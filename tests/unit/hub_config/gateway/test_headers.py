"""Which headers pass the gateway, and what the gateway says itself."""

import re

import pytest

from hub_config.gateway import headers
from hub_config.gateway.refusal import Refusal
from hub_config.gateway.routes import Kind, find_route
from hub_config.gateway.security_headers import content_security_policy, content_type, policy_headers

BASE = "/user/ana/pay/"
HOST = (b"host", b"tre.example:8000")
SOCKET = [
    HOST,
    (b"connection", b"Upgrade"),
    (b"upgrade", b"websocket"),
    (b"sec-websocket-version", b"13"),
    (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ=="),
]
NOTHING = re.compile(r"(?!)")
KERNELS = find_route("GET", "api/kernels/a9e39edb-fd65-4233-9326-3c28f1b2a6a4/channels", {}).protocols
DASHBOARDS = find_route("GET", "proxy/8787/status/ws", {}).protocols


def refusal_status(*browser_headers):
    with pytest.raises(Refusal) as error:
        headers.is_upgrade(headers.check_request(list(browser_headers)))
    return error.value.status


@pytest.mark.parametrize(
    "more",
    [
        [HOST],
        [(b"content-length", b"1"), (b"content-length", b"1")],
        [(b"content-length", b"1"), (b"transfer-encoding", b"chunked")],
        [(b"transfer-encoding", b"chunked"), (b"transfer-encoding", b"identity")],
        [(b"authorization", b"token a"), (b"authorization", b"token b")],
        [(b"origin", b"http://evil.example")],
        [(b"origin", b"null")],
        [(b"origin", b"http://tre.example:8001")],
        [(b"expect", b"100-continue")],
        [(b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ==")],
        [(b"upgrade", b"h2c"), (b"connection", b"Upgrade, HTTP2-Settings")],
        [(b"accept", b"x" * 9000)],
    ],
)
def test_contradictions_are_refused(more):
    assert refusal_status(HOST, *more) in {400, 403, 417, 431}


@pytest.mark.parametrize("host", [b"", b"a b", b"a/b", b"a;script-src *", b"a'b", b"a,b", b"a:b", b"a@b"])
def test_a_host_that_is_none_is_refused(host):
    assert refusal_status((b"host", host)) == 400


def test_a_plain_web_socket_is_agreed_to():
    fields = headers.check_request(SOCKET)
    assert headers.is_upgrade(fields)
    upgrade = dict(headers.upgrade_headers(fields, NOTHING))
    assert b"sec-websocket-extensions" not in upgrade


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"upgrade", b"websocket, h2c"),
        (b"connection", b"keep-alive, Upgrade"),
        (b"sec-websocket-version", b"777"),
        (b"sec-websocket-key", b"short"),
        (b"sec-websocket-key", b"dGhlIHNhbXBsZSBub25jZQ==\tx"),
    ],
)
def test_an_unusual_upgrade_is_refused(name, value):
    assert refusal_status(*[item for item in SOCKET if item[0] != name], (name, value)) == 400
    assert refusal_status(*SOCKET, (b"content-length", b"4")) == 400


def test_a_subprotocol_that_is_not_known_is_not_asked_for():
    fields = headers.check_request([*SOCKET, (b"sec-websocket-protocol", b"evil, v1.kernel.websocket.jupyter.org")])
    assert (
        dict(headers.upgrade_headers(fields, KERNELS))[b"sec-websocket-protocol"] == b"v1.kernel.websocket.jupyter.org"
    )
    assert b"sec-websocket-protocol" not in dict(headers.upgrade_headers(fields, NOTHING))


def test_a_dashboard_is_told_its_sessions_name():
    name = "eyJzZXNzaW9uX2lkIjoiYWJjIiwic2Vzc2lvbl9leHBpcnkiOjF9"
    protocols = f"bokeh, {name}, a b, {'x' * 401}, \u00e9"
    fields = headers.check_request([*SOCKET, (b"sec-websocket-protocol", protocols.encode("latin-1"))])
    assert dict(headers.upgrade_headers(fields, DASHBOARDS))[b"sec-websocket-protocol"] == f"bokeh, {name}".encode()
    assert b"sec-websocket-protocol" not in dict(headers.upgrade_headers(fields, KERNELS))


def test_the_server_hears_little():
    browser_headers = [
        HOST,
        (b"x-forwarded-for", b"10.0.0.1"),
        (b"forwarded", b"for=1"),
        (b"x-real-ip", b"1"),
        (b"x-tre-person", b"ben"),
        (b"x-forwarded-proto", b"gopher, http"),
        (b"accept-encoding", b"gzip, br"),
        (b"range", b"bytes=0-1"),
        (b"te", b"trailers"),
        (b"proxy-authorization", b"x"),
        (b"if-none-match", b'"a"'),
        (b"cookie", b"_xsrf=1; jupyterhub-user-ana-pay=2; tre-shown=warned; other=3; jupyterhub-hub-login=4"),
    ]
    forwarded = dict(headers.request_headers(browser_headers, headers.check_request(browser_headers)))
    assert set(forwarded) == {b"host", b"accept-encoding", b"cookie"}
    assert forwarded[b"accept-encoding"] == b"identity"
    assert forwarded[b"cookie"] == b"_xsrf=1; jupyterhub-user-ana-pay=2"


def test_the_browser_hears_little():
    response = [
        (b"content-type", b"text/html"),
        (b"server", b"x"),
        (b"clear-site-data", b'"*"'),
        (b"service-worker-allowed", b"/"),
        (b"refresh", b"0; url=http://evil.example"),
        (b"link", b"<http://evil.example>; rel=preload"),
        (b"access-control-allow-origin", b"*"),
        (b"content-security-policy", b"default-src *"),
        (b"content-disposition", b"attachment"),
        (b"report-to", b"{}"),
        (b"nel", b"{}"),
        (b"alt-svc", b"h3=evil"),
        (b"sourcemap", b"http://evil.example"),
        (b"x-jupyterhub-version", b"6.1.1"),
    ]
    assert headers.names(headers.response_headers(response, BASE)) == {b"content-type", b"x-jupyterhub-version"}
    with pytest.raises(Refusal):
        headers.response_headers([(b"content-encoding", b"gzip")], BASE)


@pytest.mark.parametrize(
    "value",
    [
        "http://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "/hub/logout",
        "/services/airlock/",
        "/user/ben/other/lab",
        "/user/ana/pay/../../ben",
        "/user/ana/pay/ x",
        "javascript:alert(1)",
        "",
    ],
)
def test_a_browser_is_not_sent_elsewhere(value):
    with pytest.raises(Refusal):
        headers.location(value, BASE)


@pytest.mark.parametrize("value", ["/user/ana/pay/lab?", "/hub/api/oauth2/authorize?client_id=a"])
def test_a_browser_is_sent_into_the_workspace_or_to_its_login(value):
    assert headers.location(value, BASE) == value


@pytest.mark.parametrize(
    ("cookie", "allowed"),
    [
        ("jupyterhub-user-ana-pay=a; Path=/user/ana/pay/; HttpOnly", True),
        ("_xsrf=a; Path=/user/ana/pay/", True),
        ("_xsrf=a; Path=/", False),
        ("_xsrf=a; Path=/hub/", False),
        ("_xsrf=a", False),
        ("_xsrf=a; Path=/user/ana/pay/; Domain=example", False),
        ("jupyterhub-hub-login=a; Path=/user/ana/pay/", False),
        ("tre-shown=free; Path=/user/ana/pay/", False),
        ("a=b; Path=/user/ana/pay/", False),
    ],
)
def test_only_a_workspaces_own_cookies_are_set(cookie, allowed):
    assert (headers.workspace_cookie(cookie, BASE) is not None) is allowed


def test_no_service_worker_and_no_page_of_another_host():
    for item in [(b"service-worker", b"script"), (b"sec-fetch-site", b"cross-site"), (b"sec-fetch-site", b"same-site")]:
        with pytest.raises(Refusal):
            headers.check_same_site([HOST, item])
    headers.check_same_site([HOST, (b"sec-fetch-site", b"same-origin")])


def test_the_policy_of_the_lab_names_no_other_host_and_no_inline_script():
    policy = content_security_policy(Kind.PAGE, "tre.example", BASE)
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert "'unsafe-inline'" not in parts["script-src"]
    for name, sources in parts.items():
        if name in {"require-trusted-types-for", "trusted-types"}:
            continue
        for source in sources.split():
            own = source.removeprefix("wss://").removeprefix("ws://").startswith("tre.example/user/ana/pay/")
            assert own or source in {"'none'", "data:", "blob:", "'unsafe-inline'", "'unsafe-eval'"}, (name, source)


def test_the_policy_of_a_dashboard_runs_no_text_and_loads_from_no_other_host():
    policy = content_security_policy(Kind.DASHBOARD, "tre.example", BASE)
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["script-src"] == "tre.example/user/ana/pay/gateway/"
    assert parts["connect-src"] == "ws://tre.example/user/ana/pay/proxy/ wss://tre.example/user/ana/pay/proxy/"
    assert "eval" not in policy
    assert parts["default-src"] == parts["form-action"] == parts["base-uri"] == parts["frame-ancestors"] == "'none'"


@pytest.mark.parametrize("kind", Kind)
def test_a_page_connects_to_its_own_workspace_and_the_hub_alone(kind):
    browser_headers = dict(policy_headers(kind, "tre.example:8000", BASE)).get(b"connection-allowlist")
    own = b'("*://tre.example:8000/user/ana/pay/*" "*://tre.example:8000/hub/*")'
    assert browser_headers == (own if kind in {Kind.PAGE, Kind.DASHBOARD} else None)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in {Kind.PAGE, Kind.DASHBOARD}])
def test_whatever_else_is_answered_runs_nothing(kind):
    policy = dict(policy_headers(kind, "tre.example", BASE))[b"content-security-policy"]
    assert policy.startswith(b"default-src 'none'")
    assert policy.endswith(b"sandbox")


def test_no_answer_of_the_server_is_a_page():
    for kind in (Kind.DATA, Kind.SAVE, Kind.IMAGE, Kind.LOGIN):
        assert content_type(kind, b"text/html") == b"text/plain; charset=utf-8"
    assert content_type(Kind.DATA, b"application/json; charset=UTF-8") == b"application/json"
