"""A request, judged: to which workspace, as what. Pure but for asking which workspaces are open."""

from collections.abc import Callable
from dataclasses import dataclass

from hub_config.gateway import headers
from hub_config.gateway import target as address
from hub_config.gateway.headers import Headers
from hub_config.gateway.refusal import Refusal, malformed
from hub_config.gateway.registry import OpenWorkspace
from hub_config.gateway.routes import TABLE, Kind, Route, find
from hub_config.gateway.target import Address

_NOT_OPEN = "This workspace is not open. Open it from your projects."
# A link from elsewhere may lead into the lab; everything else is asked for by the lab's own page.
_FROM_ELSEWHERE = frozenset({Kind.PAGE, Kind.LOGIN})


@dataclass(frozen=True)
class AuthorisedRequest:
    """A request that may pass.

    Attributes:
        workspace: to whom.
        route: the row of the table.
        address: as sent.
        path: below the workspace's address.
        said: the headers that are there once, by name.
        headers: all of them.
    """

    method: str
    workspace: OpenWorkspace
    route: Route
    address: Address
    path: str
    said: dict[str, str]
    headers: Headers

    @property
    def host(self) -> str:
        """The browser's name for this host."""
        return self.said["host"]


def judge(
    method: str,
    target: str,
    sent: Headers,
    open_at: Callable[[str], OpenWorkspace | None],
    table: tuple[Route, ...] = TABLE,
) -> AuthorisedRequest:
    """Judge one request.

    Args:
        method: as sent.
        target: as sent.
        sent: its headers, names in lower case.
        open_at: the workspace to which a path belongs.
        table: the routes.

    Raises:
        Refused: it does not pass.
    """
    asked = address.read(target)
    said = headers.check_request(sent)
    workspace = open_at(asked.path)
    if workspace is None:
        raise Refusal(404, _NOT_OPEN)
    path = asked.path.removeprefix(workspace.base)
    route = find(method, path, asked.query, table)
    if route.kind not in _FROM_ELSEWHERE:
        headers.check_same_site(sent)
    if headers.wants_socket(said) is not (route.kind is Kind.SOCKET):
        raise malformed("what it wants to become does not fit its address")
    return AuthorisedRequest(method, workspace, route, asked, path, said, sent)
