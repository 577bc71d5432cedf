"""What a workspace may say to the world outside it: a truth table."""

import pytest

from hub_config.relay.routes import RESPONSE_HEADERS, Target, headers, route_request


@pytest.mark.parametrize(
    ("method", "target", "to", "path"),
    [
        ("GET", "/hub/api", Target.HUB, "/hub/api"),
        ("GET", "/hub/api/user", Target.HUB, "/hub/api/user"),
        ("POST", "/hub/api/oauth2/token", Target.HUB, "/hub/api/oauth2/token"),
        ("POST", "/hub/api/users/ana/activity", Target.HUB, "/hub/api/users/ana/activity"),
        ("GET", "/airlock/requests", Target.AIRLOCK, "/services/airlock/workspace/requests"),
        ("POST", "/airlock/requests", Target.AIRLOCK, "/services/airlock/workspace/requests"),
    ],
)
def test_what_is_passed_on(method, target, to, path):
    relayed = route_request(method, target, person="ana")
    assert relayed is not None
    assert (relayed.target, relayed.path) == (to, path)


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("POST", "/hub/api"),
        ("DELETE", "/hub/api/user"),
        ("GET", "/hub/api/users"),
        ("GET", "/hub/api/users/ana"),
        ("POST", "/hub/api/users/ben/activity"),
        ("POST", "/hub/api/users/ana/tokens"),
        ("POST", "/hub/api/users/ana/servers/other"),
        ("GET", "/hub/login"),
        ("GET", "/hub/home"),
        ("GET", "/"),
        ("GET", "*"),
        ("DELETE", "/airlock/requests"),
        ("GET", "/airlock"),
        ("GET", "/airlock/"),
        ("GET", "/services/airlock/workspace/requests"),
    ],
)
def test_what_is_refused(method, target):
    assert route_request(method, target, person="ana") is None


def test_of_the_headers_sent_only_the_needed_ones_go_on():
    fields = {
        "Authorization": "token abc",
        "Content-Type": "application/json",
        "Cookie": "jupyterhub-session-id=1",
        "X-Forwarded-For": "1.2.3.4",
        "X-TRE-Person": "ben",
        "Host": "hub",
    }
    assert headers(Target.HUB, fields, person="ana", project="pay", secret="s") == {
        "authorization": "token abc",
        "content-type": "application/json",
    }


def test_the_airlock_is_told_who_speaks_whatever_was_sent():
    fields = {"x-tre-person": "ben", "X-TRE-PROJECT": "other", "authorization": "Bearer guess", "accept": "*/*"}
    assert headers(Target.AIRLOCK, fields, person="ana", project="pay", secret="s") == {
        "accept": "*/*",
        "x-tre-person": "ana",
        "x-tre-project": "pay",
        "authorization": "Bearer s",
    }


def test_no_cookie_comes_back():
    assert "set-cookie" not in RESPONSE_HEADERS
