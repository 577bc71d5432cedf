"""Whose a token is: every way in which one can be wrong is refused, with real keys and signatures."""

import json
import time

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from traitlets.config import Config

from hub_config.login.openid import InvalidToken, Provider, discover
from hub_config.login.openid_login import challenge, prepare
from tre.core.errors import BadInput, Unavailable
from tre.settings import Settings

ISSUER = "https://id.example"
PROVIDER = Provider(ISSUER, f"{ISSUER}/authorize", f"{ISSUER}/token", f"{ISSUER}/keys", basic=True)
KEY, OTHER = (rsa.generate_private_key(65537, 2048) for _ in range(2))
NONCE = challenge("a verifier")


def public(key, name="k1"):
    return {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": name, "alg": "RS256"}


KEYS = {"keys": [public(KEY)]}


def claims(**changed):
    now = int(time.time())
    whole = {"iss": ISSUER, "sub": "1", "aud": "tre", "exp": now + 300, "iat": now, "nonce": NONCE, **changed}
    return {name: value for name, value in whole.items() if value is not None}


def token(key=KEY, algorithm="RS256", name="k1", **changed):
    return jwt.encode(claims(**changed), key, algorithm=algorithm, headers={"kid": name})


def read(token, keys=KEYS, nonce=NONCE):
    return PROVIDER.identity(token, keys, client="tre", nonce=nonce)


def test_a_true_token_names_somebody_and_their_factors():
    identity = read(token(acr="urn:mfa", amr=["pwd", "otp", 7], preferred_username="olga"))
    assert (identity.issuer, identity.subject, identity.factors) == (ISSUER, "1", {"urn:mfa", "pwd", "otp"})
    assert read(token()).factors == frozenset()
    assert read(token(aud=["tre"], azp="tre")).subject == "1"
    assert read(token(amr="otp")).factors == frozenset(), "amr is a list, or nothing"


WRONG = {
    "signed by another": lambda: token(OTHER),
    "signed by a key that is not in the set": lambda: token(OTHER, name="k2"),
    "not signed": lambda: jwt.encode(claims(), None, algorithm="none"),
    "signed with a shared secret": lambda: jwt.encode(claims(), "s" * 64, algorithm="HS256", headers={"kid": "k1"}),
    "of another issuer": lambda: token(iss="https://evil.example"),
    "for another client": lambda: token(aud="other"),
    "for others as well": lambda: token(aud=["tre", "other"]),
    "given to another client": lambda: token(azp="other"),
    "expired": lambda: token(exp=int(time.time()) - 120),
    "from the future": lambda: token(iat=int(time.time()) + 600),
    "with another nonce": lambda: token(nonce="another"),
    "without a nonce": lambda: token(nonce=None),
    "without a subject": lambda: token(sub=None),
    "without an end": lambda: token(exp=None),
    "changed": lambda: token()[:-8] + "AAAAAAAA",
    "none at all": lambda: None,
    "no token": lambda: "not.a.token",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_wrong_token_is_refused_and_nothing_of_it_is_said(wrong):
    with pytest.raises(InvalidToken) as error:
        read(wrong())
    assert "eyJ" not in str(error.value)


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": "x"}, None, {"keys": [public(KEY), public(OTHER)]}])
def test_a_key_set_that_names_no_one_key_is_refused(keys):
    with pytest.raises(InvalidToken):
        read(token(), keys)


def test_a_set_of_one_key_needs_no_name():
    assert read(jwt.encode(claims(), KEY, algorithm="RS256")).subject == "1"


def described(**changed):
    whole = {
        "issuer": ISSUER,
        "authorization_endpoint": f"{ISSUER}/authorize",
        "token_endpoint": f"{ISSUER}/token",
        "jwks_uri": f"{ISSUER}/keys",
        **changed,
    }
    return {name: value for name, value in whole.items() if value is not None}


def answering(monkeypatch, answer):
    def get(url, timeout):
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(200, json=answer, request=httpx.Request("GET", url))

    monkeypatch.setattr(httpx, "get", get)


def test_a_provider_describes_itself(monkeypatch):
    answering(monkeypatch, described())
    assert discover(ISSUER) == PROVIDER
    answering(monkeypatch, described(token_endpoint_auth_methods_supported=["client_secret_post"]))
    assert discover(ISSUER).basic is False


@pytest.mark.parametrize(
    "answer",
    [
        described(issuer="https://id.example/"),
        described(jwks_uri=None),
        described(token_endpoint="http://id.example/token"),
        described(jwks_uri="http://127.0.0.1/keys"),
        [],
        "nothing",
    ],
)
def test_a_description_that_does_not_fit_is_refused(monkeypatch, answer):
    answering(monkeypatch, answer)
    with pytest.raises(BadInput):
        discover(ISSUER)


def test_a_provider_must_be_there_and_be_asked_by_https(monkeypatch):
    answering(monkeypatch, httpx.ConnectError("no"))
    with pytest.raises(Unavailable):
        discover(ISSUER)
    for url in ("http://id.example", "ftp://id.example", "id.example"):
        with pytest.raises(BadInput, match="https"):
            discover(url)


def test_what_a_login_by_provider_needs_is_asked_for(tmp_path):
    secret = tmp_path / "secret"
    options = {"oidc_issuer": ISSUER, "oidc_client_id": "tre", "oidc_secret_file": secret}
    for missing in options:
        with pytest.raises(BadInput, match="needs oidc_issuer"):
            prepare(Config(), Settings.load({}, **{name: value for name, value in options.items() if name != missing}))
    with pytest.raises(BadInput, match="oidc_secret_file"):
        prepare(Config(), Settings.load({}, **options))


def test_the_secret_is_in_no_configuration(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("a-secret\n")
    answering(monkeypatch, described())
    c = Config()
    authenticator = prepare(
        c, Settings.load({}, oidc_issuer=ISSUER, oidc_client_id="tre", oidc_secret_file=tmp_path / "secret")
    )
    assert "a-secret" not in repr(c)
    assert authenticator(config=c).client_secret == "a-secret"
