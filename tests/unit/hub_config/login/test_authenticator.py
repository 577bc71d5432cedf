"""Logging in as JupyterHub sees it: the registry's people, their roles as groups, nobody an administrator."""

import asyncio
from types import SimpleNamespace

import pytest

from hub_config.login.access import VisibleError
from hub_config.login.account import auth_model, client_address
from hub_config.login.authenticator import PasswordAuthenticator
from hub_config.login.openid_login import ProviderAuthenticator
from tests.factories import person
from tre.core.errors import NotAllowed, NotFound
from tre.core.ids import PersonId
from tre.core.people import Person, Role
from tre.services.authentication import TooManyAttempts


class People:
    def get(self, name: str) -> Person:
        if name != "ravi":
            raise NotFound("Nobody.")
        return person()


class Authentication:
    def by_password(self, name: str, password: str, address: str) -> Person:
        if address == "10.0.0.66":
            raise TooManyAttempts("Too many.", hint="Wait.")
        if (name, password) != ("ravi", "right"):
            raise NotAllowed("Wrong name or password.")
        return person()


APP = SimpleNamespace(people=People(), authentication=Authentication())


def request(**headers: str) -> SimpleNamespace:
    return SimpleNamespace(request=SimpleNamespace(headers=headers, remote_ip="192.0.2.1"))


def log_in(password: str, **headers: str):
    bound = type("Bound", (PasswordAuthenticator,), {"app": APP})()
    return asyncio.run(bound.authenticate(request(**headers), {"username": "ravi", "password": password}))


def test_nobody_is_the_hubs_administrator():
    everything = Person(PersonId("olga"), "Olga", frozenset(Role))
    assert auth_model(everything)["admin"] is False
    assert auth_model(everything)["groups"] == sorted(Role)


def test_logging_in_takes_the_right_password():
    assert log_in("right") == {"name": "ravi", "admin": False, "groups": ["researcher"]}
    assert log_in("wrong") is None


def test_too_many_failures_are_said_in_words():
    with pytest.raises(VisibleError) as error:
        log_in("right", **{"X-Forwarded-For": "10.0.0.66"})
    assert (error.value.status_code, error.value.jupyterhub_message) == (429, "Too many. Wait.")


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        ({}, "192.0.2.1"),
        ({"X-Forwarded-For": "10.0.0.1"}, "10.0.0.1"),
        ({"X-Forwarded-For": "1.1.1.1, 10.0.0.1"}, "10.0.0.1"),
        ({"X-Forwarded-For": "10.0.0.1", "X-Real-Ip": "1.1.1.1"}, "10.0.0.1"),
    ],
)
def test_an_address_is_what_our_own_proxy_saw_whatever_was_sent(headers, address):
    assert client_address(request(**headers)) == address


def test_whoever_is_gone_or_unbound_must_log_in_again():
    local = type("Bound", (PasswordAuthenticator,), {"app": APP})()
    assert asyncio.run(local.refresh_user(SimpleNamespace(name="ravi"))) == auth_model(person())
    assert asyncio.run(local.refresh_user(SimpleNamespace(name="gone"))) is False
    through = type("Bound", (ProviderAuthenticator,), {"app": APP, "_secret": "s"})()
    assert asyncio.run(through.refresh_user(SimpleNamespace(name="ravi"))) is False, "no identity is bound"
