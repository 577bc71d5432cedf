"""The few headers that pass in each direction: pure. All others are dropped, above all what proxies say of people."""

import re
from collections.abc import Iterable, Sequence
from http.cookies import CookieError, SimpleCookie
from typing import Final

from hub_config.gateway.refusal import Refusal, bad_request

Headers = list[tuple[bytes, bytes]]

# The hub's own name for a unix socket holds escapes.
HOST: Final = re.compile(r"(?:[A-Za-z0-9.%_-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
# Two of one of these are two readings of one request.
_SINGLE: Final = frozenset(
    b"host content-length content-type transfer-encoding authorization origin upgrade connection expect "
    b"sec-websocket-key sec-websocket-version sec-websocket-protocol x-xsrftoken x-forwarded-proto".split()
)
_FORWARDED_TO_SERVER: Final = frozenset(
    b"accept accept-language authorization content-type origin referer user-agent x-xsrftoken "
    b"sec-fetch-site sec-fetch-mode sec-fetch-dest".split()
)
_FORWARDED_TO_BROWSER: Final = frozenset({b"content-type", b"x-jupyterhub-version", b"retry-after"})
_COOKIE_NAME: Final = re.compile(r"_xsrf|jupyterhub-session-id|jupyterhub-user-[A-Za-z0-9_.%-]+")
_TYPE: Final = re.compile(rb"[\x20-\x7e]{1,255}")
_KEY: Final = re.compile(r"[A-Za-z0-9+/]{22}==")
_LOGIN: Final = ("/hub/api/oauth2/authorize?", "/hub/login")
_LARGEST_HEADER: Final = 8192


def check_request(headers: Headers) -> dict[str, str]:
    """The headers that must be there once or not at all, by name.

    Raises:
        Refusal: one of them is there twice, or they contradict each other.
    """
    names = [name for name, _ in headers]
    if any(names.count(name) > 1 for name in _SINGLE):
        raise bad_request("one of its headers is there twice")
    if any(len(value) > _LARGEST_HEADER for _, value in headers):
        raise Refusal(431, "The gateway does not accept this request: a header is too long.")
    fields = {name.decode("ascii"): value.decode("latin-1") for name, value in headers if name in _SINGLE}
    if "content-length" in fields and "transfer-encoding" in fields:
        raise bad_request("it has two lengths")
    if "transfer-encoding" in fields:
        raise Refusal(411, "The gateway does not accept this request: it does not say how long it is.")
    if not HOST.fullmatch(fields.get("host", "")):
        raise bad_request("its Host cannot be understood")
    if "expect" in fields:
        raise Refusal(417, "The gateway does not accept this request: it expects something.")
    _check_origin(fields)
    return fields


def _check_origin(fields: dict[str, str]) -> None:
    origin = fields.get("origin")
    if origin is not None and origin.partition("://")[2].lower() != fields["host"].lower():
        raise Refusal(403, "A page of another host cannot reach a workspace.")


def check_same_site(headers: Headers) -> None:
    """Raises Refusal when a page of another host asks for anything but a page to go to."""
    values = {name: value for name, value in headers if name in {b"sec-fetch-site", b"service-worker"}}
    if values.get(b"sec-fetch-site") in {b"cross-site", b"same-site"}:
        raise Refusal(403, "A page of another host cannot reach a workspace.")
    if b"service-worker" in values:
        raise Refusal(403, "A workspace cannot install a service worker.")


def request_headers(headers: Headers, fields: dict[str, str]) -> Headers:
    """What the workspace's server hears of a request, its body's length left out."""
    forwarded = [(name, value) for name, value in headers if name in _FORWARDED_TO_SERVER]
    forwarded.append((b"host", fields["host"].encode("ascii")))
    forwarded.append((b"accept-encoding", b"identity"))
    if (scheme := fields.get("x-forwarded-proto", "").partition(",")[0].strip()) in {"http", "https"}:
        forwarded.append((b"x-forwarded-proto", scheme.encode("ascii")))
    cookies = [
        part.strip()
        for name, value in headers
        if name == b"cookie"
        for part in value.decode("latin-1").split(";")
        if _COOKIE_NAME.fullmatch(part.partition("=")[0].strip())
    ]
    return [*forwarded, (b"cookie", "; ".join(cookies).encode("latin-1"))] if cookies else forwarded


def is_upgrade(fields: dict[str, str]) -> bool:
    """Whether a request asks to become a web socket.

    Raises:
        Refusal: it asks to become anything else, or in an unusual way.
    """
    upgrade = fields.get("upgrade")
    if upgrade is None:
        if {name for name in fields if name.startswith("sec-websocket-")}:
            raise bad_request("it speaks of a web socket and is none")
        return False
    plain = (
        upgrade.lower() == "websocket"
        and fields.get("connection", "").lower() == "upgrade"
        and fields.get("sec-websocket-version") == "13"
        and _KEY.fullmatch(fields.get("sec-websocket-key", ""))
        and not {"content-length", "transfer-encoding"} & set(fields)
    )
    if not plain:
        raise bad_request("it asks for an upgrade that is not a plain web socket")
    return True


def upgrade_headers(fields: dict[str, str], protocols: re.Pattern[str]) -> Headers:
    """The headers by which a connection to the server becomes a web socket; never with an extension."""
    upgrade = [
        (b"connection", b"Upgrade"),
        (b"upgrade", b"websocket"),
        (b"sec-websocket-version", b"13"),
        (b"sec-websocket-key", fields["sec-websocket-key"].encode("ascii")),
    ]
    if offer := offered_protocols(fields, protocols):
        upgrade.append((b"sec-websocket-protocol", ", ".join(offer).encode("ascii")))
    return upgrade


def offered_protocols(fields: dict[str, str], protocols: re.Pattern[str]) -> list[str]:
    """What the browser can speak on a web socket, of what may be spoken there."""
    candidates = [part.strip() for part in fields.get("sec-websocket-protocol", "").split(",")]
    return [part for part in candidates if protocols.fullmatch(part)]


def response_headers(headers: Iterable[tuple[bytes, bytes]], base: str) -> Headers:
    """What a browser hears of the server's response, its body's length left out.

    Raises:
        Refusal: the response is compressed, so that it could not be counted.
    """
    forwarded: Headers = []
    for name, value in headers:
        if name in _FORWARDED_TO_BROWSER and _TYPE.fullmatch(value):
            forwarded.append((name, value))
        elif name == b"location":
            forwarded.append((name, location(value.decode("latin-1"), base).encode("latin-1")))
        elif name == b"set-cookie" and (cookie := workspace_cookie(value.decode("latin-1"), base)):
            forwarded.append((name, cookie.encode("latin-1")))
        elif name == b"content-encoding" and value.lower() != b"identity":
            raise Refusal(502, "The workspace's server answered in a form that the gateway does not pass on.")
    return forwarded


def location(value: str, base: str) -> str:
    """Where a browser is sent: into the workspace or to the hub's login. Raises Refusal."""
    is_path = re.fullmatch(r"/[!-~]*", value) is not None and "\\" not in value and "/.." not in value
    if is_path and value.startswith((base, *_LOGIN)):
        return value
    raise Refusal(502, "The workspace's server sent the browser to another place; the gateway does not.")


def workspace_cookie(value: str, base: str) -> str | None:
    """A cookie of the workspace's own login, below its own path; None for any other."""
    try:
        (morsel,) = SimpleCookie(value).values()
    except (CookieError, ValueError):
        return None
    if not _COOKIE_NAME.fullmatch(morsel.key) or morsel["domain"] or not (morsel["path"] or "").startswith(base):
        return None
    morsel["samesite"] = morsel["samesite"] or "Lax"
    return morsel.OutputString()


def names(headers: Sequence[tuple[bytes, bytes]]) -> set[bytes]:
    """The names of headers."""
    return {name for name, _ in headers}
