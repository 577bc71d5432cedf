"""What the hub lets each kind of person do, with every scope spelt out: nobody enters another's workspace."""

import itertools

import pytest
from jupyterhub import orm
from jupyterhub.roles import get_default_roles
from jupyterhub.scopes import expand_scopes, scope_definitions

from hub_config.login.authenticator import auth_model
from hub_config.login.roles import ROLES
from tests.factories import person
from tre.core.people import Role

MAY_BE = [
    frozenset(some)
    for size in range(1, len(Role) + 1)
    for some in itertools.combinations([role.value for role in Role], size)
]
# Whoever holds one of these for somebody else could enter their workspace, or let themselves in.
ENTERING = frozenset(
    expand_scopes({"access:servers", "admin:auth_state", "admin:groups", "admin:users", "proxy", "shares", "tokens"})
)


def scopes_of(roles: frozenset[str]) -> set[str]:
    """Every scope that somebody in these groups holds, the hub's own role ``user`` among them."""
    own = next(role for role in get_default_roles() if role["name"] == "user")["scopes"]
    scopes = [scope for role in ROLES if roles & set(role["groups"]) for scope in role["scopes"]]
    return set(expand_scopes({*own, *scopes}, owner=orm.User(name="ravi")))


def of_others(scopes: set[str]) -> set[str]:
    """Those that reach beyond one's own user."""
    return {scope for scope in scopes if not scope.endswith("!user=ravi")}


@pytest.mark.parametrize("roles", MAY_BE, ids=["+".join(sorted(roles)) for roles in MAY_BE])
def test_whatever_somebody_is_they_enter_no_workspace_of_others(roles):
    names = {scope.partition("!")[0] for scope in of_others(scopes_of(roles))}
    assert not {name for name in names & ENTERING if not name.startswith(("read:", "list:"))}
    assert "access:servers!user=ravi" in scopes_of(roles), "their own they do"


@pytest.mark.parametrize("roles", MAY_BE, ids=["+".join(sorted(roles)) for roles in MAY_BE])
def test_whatever_somebody_is_they_are_no_administrator(roles):
    assert auth_model(person(roles=roles))["admin"] is False
    assert not [scope for scope in of_others(scopes_of(roles)) if scope.startswith("admin:")]


@pytest.mark.parametrize(
    ("role", "beyond"),
    [
        (Role.RESEARCHER, {"access:services!service=airlock"}),
        (Role.CHECKER, {"access:services!service=airlock"}),
        (Role.DATA_MANAGER, set()),
        (
            Role.OPERATOR,
            {
                "admin-ui",
                "delete:servers",
                "list:users",
                "read:hub",
                "read:servers",
                "read:users",
                "read:users:activity",
            }
            | {"read:users:groups", "read:users:name"},
        ),
    ],
)
def test_each_role_reaches_beyond_itself_by_these_scopes_alone(role, beyond):
    assert of_others(scopes_of(frozenset({role.value}))) == beyond


def test_every_scope_of_the_table_exists_and_every_group_is_a_role():
    for role in ROLES:
        assert set(role["groups"]) <= {role.value for role in Role}
        assert {scope.partition("!")[0] for scope in role["scopes"]} <= set(scope_definitions)
