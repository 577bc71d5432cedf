"""The relay's routes: which requests of a workspace are passed on, and as whom. Pure.

A workspace can say only what its server must (who is this visitor, somebody is active) and what its person may (send
outputs to the airlock, list their own requests). A path is compared as it was sent: anything that would need to be
decoded or tidied up first is refused.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final
from urllib.parse import quote


class Target(Enum):
    """Who answers."""

    HUB = "hub"
    AIRLOCK = "airlock"


@dataclass(frozen=True)
class RelayedRequest:
    """A request to pass on: to whom, and under which path there."""

    target: Target
    path: str


_HUB: Final = frozenset({("GET", "/hub/api"), ("GET", "/hub/api/user"), ("POST", "/hub/api/oauth2/token")})
_AIRLOCK: Final = re.compile(r"/airlock((?:/[A-Za-z0-9_-]+)+)")
_AIRLOCK_METHODS: Final = frozenset({"GET", "POST"})
# Below the airlock's own address; it asks for the relays' secret there.
AIRLOCK_PREFIX: Final = "/services/airlock/workspace"
# Everything else a client sends is dropped, above all what proxies use to say who somebody is.
_REQUEST_HEADERS: Final[Mapping[Target, frozenset[str]]] = {
    Target.HUB: frozenset({"accept", "authorization", "content-type"}),
    Target.AIRLOCK: frozenset({"accept", "content-type"}),
}
RESPONSE_HEADERS: Final = frozenset({"content-type", "x-jupyterhub-version"})


def route_request(method: str, target: str, *, person: str) -> RelayedRequest | None:
    """Where a request goes; None when it is refused.

    Args:
        method: as sent.
        target: the request target as sent, with its query if any.
        person: whose workspace this is.
    """
    if (method, target) in _HUB or (method, target) == ("POST", f"/hub/api/users/{quote(person, safe='')}/activity"):
        return RelayedRequest(Target.HUB, target)
    match = _AIRLOCK.fullmatch(target)
    if match and method in _AIRLOCK_METHODS:
        return RelayedRequest(Target.AIRLOCK, AIRLOCK_PREFIX + match.group(1))
    return None


def headers(target: Target, fields: Mapping[str, str], *, person: str, project: str, secret: str) -> dict[str, str]:
    """The headers to pass on: of those sent, the few that are needed; for the airlock, who speaks and from where."""
    forwarded = {name.lower(): value for name, value in fields.items() if name.lower() in _REQUEST_HEADERS[target]}
    if target is Target.AIRLOCK:
        forwarded |= {"x-tre-person": person, "x-tre-project": project, "authorization": f"Bearer {secret}"}
    return forwarded
