"""An OpenID provider: how it describes itself, and whether a token is truly its own. Knows OpenID Connect, no hub.

The signature is always verified, although a token that came straight from the provider over TLS might do without:
what is decided here is who somebody is.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

import httpx
import jwt

from tre.core.errors import BadInput, Unavailable
from tre.services.authentication import Identity

# Signed with a key that only the provider has; never with the client's secret, and never not at all.
ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
_REQUIRED: Final = ("iss", "sub", "aud", "exp", "iat", "nonce")
_LEEWAY_S: Final = 60
_TIMEOUT_S: Final = 10.0
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_DESCRIPTION: Final = "/.well-known/openid-configuration"


class InvalidToken(Exception):
    """A token does not stand up to its checks; the message says to which, and nothing of the token."""


@dataclass(frozen=True)
class Provider:
    """What a provider says of itself (OpenID Connect Discovery 1.0, section 3)."""

    issuer: str
    authorize_url: str
    token_url: str
    keys_url: str
    basic: bool

    def identity(self, token: object, keys: Mapping[str, object], *, client: str, nonce: str) -> Identity:
        """Whom an ID token names (OpenID Connect Core 1.0, section 3.1.3.7).

        Args:
            keys: the provider's key set, as it was fetched.
            client: as whom we asked.
            nonce: what we sent along with this browser.

        Raises:
            Untrusted: the signature, the issuer, the audience, the time or the nonce is not right.
        """
        try:
            key = _key(str(token), keys)
            claims = jwt.decode(
                str(token),
                key,
                algorithms=list(ALGORITHMS),
                audience=client,
                issuer=self.issuer,
                leeway=_LEEWAY_S,
                options={"require": list(_REQUIRED)},
            )
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise InvalidToken(f"token: {type(error).__name__}") from None
        if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
            raise InvalidToken("token: nonce")
        if claims.get("azp", client) != client or (claims["aud"] != client and claims["aud"] != [client]):
            raise InvalidToken("token: for others as well")
        return Identity(self.issuer, str(claims["sub"]), _factors(claims))


def discover(issuer: str) -> Provider:
    """Ask a provider how it is to be asked.

    Raises:
        BadInput: the address is no https address, or what is found there is no description of that issuer.
        Unavailable: there is no answer.
    """
    _check_address(issuer, local=True)
    try:
        response = httpx.get(f"{issuer.rstrip('/')}{_DESCRIPTION}", timeout=_TIMEOUT_S)
        response.raise_for_status()
        document = response.json()
        if document["issuer"] != issuer:
            raise BadInput("The identity provider names another issuer.", hint="Set oidc_issuer exactly as it does.")
        authorize, token, keys = (
            str(document[name]) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
        )
    except httpx.HTTPError as error:
        raise Unavailable(
            f"The identity provider does not answer ({type(error).__name__}).", hint="Look at oidc_issuer."
        ) from None
    except (ValueError, KeyError, TypeError):
        raise BadInput("The identity provider does not describe itself.", hint="Look at oidc_issuer.") from None
    for url in (authorize, token, keys):
        _check_address(url, local=urlsplit(issuer).hostname in _LOOPBACK)
    methods = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    return Provider(issuer, authorize, token, keys, basic="client_secret_basic" in methods)


def _check_address(url: object, *, local: bool) -> None:
    parts = urlsplit(str(url))
    if parts.scheme != "https" and not (local and parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise BadInput("An identity provider is reached by https.", hint="Look at oidc_issuer.")


def _key(token: str, keys: Mapping[str, object]) -> jwt.PyJWK:
    """The one key of the set that the token says it is signed with; a set of one needs no saying."""
    key_set = jwt.PyJWKSet.from_dict(dict(keys)).keys
    key_id = jwt.get_unverified_header(token).get("kid")
    candidates = [key for key in key_set if key.key_id == key_id] if key_id else key_set
    if len(candidates) != 1:
        raise jwt.InvalidKeyError
    return candidates[0]


def _factors(claims: Mapping[str, object]) -> frozenset[str]:
    acr, amr = claims.get("acr"), claims.get("amr")
    return frozenset(item for item in [acr, *(amr if isinstance(amr, list) else [])] if isinstance(item, str))
