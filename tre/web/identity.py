"""Who is asking: the hub's OAuth with PKCE, kept in a signed session that ends with the hub's own.

The session holds the person's id and a digest of the hub's session cookie, never a token. What the person may do is
asked of ``tre.app`` at every request, so a role that ended has ended.
"""

import base64
import hashlib
import hmac
import secrets
from typing import Final, Protocol

from jupyterhub.services.auth import HubOAuth
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from tre.core.errors import NotAllowed

HUB_SESSION_COOKIE: Final = "jupyterhub-session-id"


class Identity(Protocol):
    """How the pages learn who is asking."""

    def person(self, request: Request) -> str | None:
        """The person's id, or None when they must log in first."""

    async def login(self, request: Request) -> Response:
        """Send the browser to the login."""

    async def callback(self, request: Request) -> Response:
        """Take the browser back from the login. Raises NotAllowed."""


class HubIdentity:
    """Identity by JupyterHub's OAuth."""

    def __init__(self, prefix: str) -> None:
        """Read the service's credentials from the hub's JUPYTERHUB_* variables."""
        self._prefix = prefix
        self._auth = HubOAuth(cookie_host_prefix_enabled=False)

    def person(self, request: Request) -> str | None:
        """The person of the session, while the hub's own session is still the same."""
        person = request.session.get("person")
        if isinstance(person, str) and hmac.compare_digest(str(request.session.get("hub", "")), _hub_session(request)):
            return person
        return None

    async def login(self, request: Request) -> Response:
        """Send the browser to the hub's login, with a fresh state and PKCE verifier."""
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(24)
        request.session.clear()
        request.session.update(state=state, verifier=verifier, next=request.url.path)
        digest = hashlib.sha256(verifier.encode()).digest()
        page = request.url.replace(
            scheme="", netloc="", path=self._auth.oauth_authorization_url, query="", fragment=""
        ).include_query_params(
            client_id=self._auth.oauth_client_id,
            redirect_uri=self._auth.oauth_redirect_uri,
            response_type="code",
            state=state,
            code_challenge=_base64(digest),
            code_challenge_method="S256",
        )
        return RedirectResponse(str(page), 302)

    async def callback(self, request: Request) -> Response:
        """Exchange the code for the person's name; the token is used once and dropped."""
        state, verifier = request.session.pop("state", ""), request.session.pop("verifier", "")
        code = request.query_params.get("code", "")
        if not state or not code or not hmac.compare_digest(state, request.query_params.get("state", "")):
            raise NotAllowed("The login did not come back as it was sent.", hint="Open the airlock again.")
        token = await self._auth.token_for_code(code, code_verifier=verifier, sync=False)
        user = await self._auth.user_for_token(token, use_cache=False, sync=False)
        if not user or "name" not in user:
            raise NotAllowed("The hub does not know who you are.", hint="Log in again.")
        target = str(request.session.pop("next", self._prefix))
        request.session.clear()
        request.session.update(person=user["name"], hub=_hub_session(request))
        return RedirectResponse(target if target.startswith(self._prefix) else self._prefix, 302)


def _hub_session(request: Request) -> str:
    return hashlib.sha256(request.cookies.get(HUB_SESSION_COOKIE, "").encode()).hexdigest()


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
