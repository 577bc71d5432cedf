"""The security headers of a response: what it may do in a browser, said here in place of the server. Pure.

The lab's page runs the lab's own scripts, from this installation, and nothing else: no script of an output, inline or
by address. Whatever is shown may load from the workspace's own address alone, so that nothing in an output can send
anything to another host. Everything else that a workspace answers is no page at all: it runs nothing and loads nothing.
"""

from typing import Final

from hub_config.gateway.headers import Headers
from hub_config.gateway.routes import Kind

# The lab compiles the schemas of its settings, which needs 'unsafe-eval'; see docs/security.md.
_LAB: Final = (
    "default-src 'none'",
    "script-src {own}static/ {own}lab/extensions/ {own}gateway/ 'unsafe-eval'",
    "style-src {own}static/ {own}lab/extensions/ {own}lab/api/themes/ 'unsafe-inline'",
    "img-src {own} data: blob:",
    "font-src {own}static/ {own}lab/extensions/ {own}lab/api/themes/ data:",
    "connect-src {own} ws://{own} wss://{own}",
    "media-src data: blob:",
    # The viewer of HTML files; what it shows inherits this policy.
    "frame-src blob:",
    "worker-src 'none'",
    "object-src 'none'",
    "manifest-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    # Every piece of HTML that the lab shows goes through guard.js.
    "require-trusted-types-for 'script'",
    "trusted-types default guard dompurify fast-html",
)
# What Bokeh draws loads nothing, and no script comes with it, as text or otherwise.
_DASHBOARD: Final = (
    "default-src 'none'",
    "script-src {own}gateway/",
    "style-src {own}gateway/ 'unsafe-inline'",
    "img-src {own}static/favicons/ data: blob:",
    "connect-src ws://{own}proxy/ wss://{own}proxy/",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types default guard",
)
_PAGES: Final = {Kind.PAGE: _LAB, Kind.DASHBOARD: _DASHBOARD}
# All that a page connects to, by whatever means: loading, going there, a window, a look-up of a name, WebRTC. Browsers
# that do not know it are left with the policy and guard.js.
_CONNECTIONS: Final = '("*://{own}*" "*://{host}/hub/*")'
_INERT: Final = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
_PERMISSIONS: Final = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "serial",
        "usb",
    )
)
_ALWAYS: Final[Headers] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-dns-prefetch-control", b"off"),
    (b"permissions-policy", _PERMISSIONS.encode("ascii")),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"x-robots-tag", b"noindex"),
]
# What an answer is said to be, whatever the server says: no answer of the server is a page.
_TYPES: Final = {
    Kind.DATA: (b"application/json",),
    Kind.SAVE: (b"application/json",),
    Kind.IMAGE: (b"image/svg+xml", b"image/png"),
}
_CACHED: Final = b"private, max-age=86400"


def content_security_policy(kind: Kind, host: str, base: str) -> str:
    """The policy of an answer.

    Args:
        kind: what was asked for.
        host: the browser's name for this host, as in its ``Host``.
        base: the workspace's address there, ``/user/.../``.
    """
    return "; ".join(_PAGES[kind]).format(own=f"{host}{base}") if kind in _PAGES else _INERT


def policy_headers(kind: Kind, host: str = "", base: str = "") -> Headers:
    """The headers of every answer."""
    policy = content_security_policy(kind, host, base).encode("ascii")
    cache = _CACHED if kind is Kind.FILE else b"no-store"
    headers = [*_ALWAYS, (b"content-security-policy", policy), (b"cache-control", cache)]
    if kind in _PAGES:
        allowed = _CONNECTIONS.format(own=f"{host}{base}", host=host)
        headers.append((b"connection-allowlist", allowed.encode("ascii")))
    return headers


def content_type(kind: Kind, media_type: bytes) -> bytes:
    """The type under which the server's answer is passed on: one that its kind allows, else plain text."""
    essence = media_type.partition(b";")[0].strip().lower()
    return essence if essence in _TYPES.get(kind, ()) else b"text/plain; charset=utf-8"
