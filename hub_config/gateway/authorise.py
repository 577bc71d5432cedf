"""Authorisation of a request: to which workspace, by which route. Pure but for asking which workspaces are open."""

from collections.abc import Callable
from dataclasses import dataclass

from hub_config.gateway import headers
from hub_config.gateway.headers import Headers
from hub_config.gateway.refusal import Refusal, bad_request
from hub_config.gateway.registry import OpenWorkspace
from hub_config.gateway.routes import TABLE, Kind, Route, find_route
from hub_config.gateway.target import Address, parse_target

_NOT_OPEN = "This workspace is not open. Open it from your projects."
# A link from elsewhere may lead into the lab; everything else is asked for by the lab's own page.
_CROSS_SITE = frozenset({Kind.PAGE, Kind.LOGIN})


@dataclass(frozen=True)
class AuthorisedRequest:
    """A request that may pass.

    Attributes:
        workspace: to whom.
        route: the row of the table.
        address: its target, parsed.
        path: below the workspace's address.
        fields: the headers that are there once, by name.
        headers: all of them.
    """

    method: str
    workspace: OpenWorkspace
    route: Route
    address: Address
    path: str
    fields: dict[str, str]
    headers: Headers

    @property
    def host(self) -> str:
        """The browser's name for this host."""
        return self.fields["host"]


def authorise(
    method: str,
    target: str,
    request_headers: Headers,
    workspace_at: Callable[[str], OpenWorkspace | None],
    table: tuple[Route, ...] = TABLE,
) -> AuthorisedRequest:
    """Authorise one request.

    Args:
        method: as sent.
        target: as sent.
        request_headers: its headers, names in lower case.
        workspace_at: the workspace to which a path belongs.
        table: the routes.

    Raises:
        Refusal: it does not pass.
    """
    address = parse_target(target)
    fields = headers.check_request(request_headers)
    workspace = workspace_at(address.path)
    if workspace is None:
        raise Refusal(404, _NOT_OPEN)
    path = address.path.removeprefix(workspace.base)
    route = find_route(method, path, address.query, table)
    if route.kind not in _CROSS_SITE:
        headers.check_same_site(request_headers)
    if headers.is_upgrade(fields) is not (route.kind is Kind.SOCKET):
        raise bad_request("what it wants to become does not fit its address")
    return AuthorisedRequest(method, workspace, route, address, path, fields, request_headers)
