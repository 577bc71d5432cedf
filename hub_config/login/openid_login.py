"""Login through an identity provider, on oauthenticator: state and PKCE are its own; nonce and signature are ours.

A provider that the operator chose says who somebody is, by its subject. No name, address or group of the provider's is
read: people may choose those.
"""

import asyncio
import base64
import hashlib
from typing import ClassVar, Final

import traitlets
from jupyterhub.handlers import BaseHandler
from oauthenticator.generic import GenericOAuthenticator
from oauthenticator.oauth2 import OAuthCallbackHandler, OAuthLoginHandler
from tornado.httpclient import HTTPClientError
from tornado.web import HTTPError
from traitlets.config import Config

from hub_config.login.access import forbidden
from hub_config.login.account import AuthModel, PeopleAuthenticator, auth_model, client_address
from hub_config.login.openid import InvalidToken, Provider, discover
from tre.core.errors import BadInput, NotAllowed
from tre.core.people import Person
from tre.settings import Settings

_TIMEOUT_S: Final = 10.0


class Login(OAuthLoginHandler):  # type: ignore[misc]
    """Sends the browser to the provider with a nonce, which the ID token must carry back."""

    def authorize_redirect(self, *, extra_params: dict[str, str], **options: object) -> None:
        """Add the nonce: PKCE's challenge, new each time, whose verifier only this browser's cookie holds."""
        super().authorize_redirect(extra_params={**extra_params, "nonce": extra_params["code_challenge"]}, **options)


class Callback(OAuthCallbackHandler):  # type: ignore[misc]
    """Takes the browser back, if it comes as it was sent."""

    def check_arguments(self) -> None:
        """Raise VisibleError, 403: the state is missing, replayed or another browser's, or the provider refused."""
        try:
            super().check_arguments()
        except HTTPError as error:
            raise self.authenticator.refuse("answer: state or error", self) from error


class ProviderAuthenticator(PeopleAuthenticator, GenericOAuthenticator):  # type: ignore[misc]
    """As an identity that was bound to somebody here."""

    provider: ClassVar[Provider]
    _secret: ClassVar[str]
    login_handler = Login
    callback_handler = Callback

    @traitlets.default("client_secret")
    def _client_secret_default(self) -> str:
        return self._secret

    async def authenticate(self, handler: BaseHandler, data: object = None, **_: object) -> AuthModel:
        """The person whom the provider's answer names. Raises VisibleError, 403, with the reason."""
        parameters = self.build_access_tokens_request_params(handler, data)
        nonce = challenge(parameters["code_verifier"])
        try:
            tokens = await self.get_token_info(handler, parameters)
            keys = await self.httpfetch(self.provider.keys_url, "fetching keys")
            identity = self.provider.identity(tokens.get("id_token"), keys, client=self.client_id, nonce=nonce)
        except InvalidToken as error:
            raise self.refuse(str(error), handler) from error
        except (HTTPClientError, HTTPError, OSError, ValueError) as error:
            raise self.refuse(f"provider: {type(error).__name__}", handler) from error
        try:
            return auth_model(await asyncio.to_thread(self.app.authentication.by_identity, identity))
        except NotAllowed as error:
            raise forbidden(str(error)) from None

    def is_valid(self, person: Person) -> bool:
        """Whether an identity is still bound to this person."""
        return bool(person.identity)

    def refuse(self, reason: str, handler: BaseHandler) -> HTTPError:
        """An answer that cannot be trusted: noted, and told in words."""
        self.log.warning("A login through the identity provider was refused: %s", reason)
        return forbidden(str(self.app.authentication.refuse_answer(reason, client_address(handler))))


def challenge(verifier: str) -> str:
    """PKCE's challenge of a verifier (RFC 7636, section 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def prepare(c: Config, settings: Settings) -> type[PeopleAuthenticator]:
    """Configure oauthenticator for the settings' provider.

    Raises:
        BadInput: a setting is missing, or the secret's file cannot be read.
        Unavailable: the provider does not answer.
    """
    if not (settings.oidc_issuer and settings.oidc_client_id and settings.oidc_secret_file):
        raise BadInput("Login by oidc needs oidc_issuer, oidc_client_id and oidc_secret_file.")
    try:
        secret = settings.oidc_secret_file.read_text().strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"The file of oidc_secret_file cannot be read ({type(error).__name__}).") from None
    provider = discover(settings.oidc_issuer)
    options = {
        "authorize_url": provider.authorize_url,
        "token_url": provider.token_url,
        "basic_auth": provider.basic,
        "client_id": settings.oidc_client_id,
        "login_service": settings.oidc_name,
        "oauth_callback_url": settings.oidc_redirect_url,
        "scope": ["openid"],
        "enable_pkce": True,
        "http_request_kwargs": {"request_timeout": _TIMEOUT_S},
    }
    c.GenericOAuthenticator.update(options)
    # Not by the configuration, which the hub may print.
    return type("SecretAuthenticator", (ProviderAuthenticator,), {"provider": provider, "_secret": secret})
