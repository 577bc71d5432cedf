"""The hub's roles, as a table. Which project a workspace may open is asked in ``access``."""

from typing import Final, TypedDict

from traitlets.config import Config

from hub_config.process.services import AIRLOCK
from tre.core.people import Role


class HubRole(TypedDict):
    """A role as JupyterHub loads it."""

    name: str
    description: str
    scopes: list[str]
    groups: list[str]


ROLES: Final[list[HubRole]] = [
    {
        "name": "airlock",
        "description": "Submit outputs, or review them",
        "scopes": [f"access:services!service={AIRLOCK}"],
        "groups": [Role.RESEARCHER.value, Role.CHECKER.value, Role.LEAD.value, Role.DATA_OWNER.value],
    },
    {
        "name": "operate",
        "description": "See who is working and stop a workspace; never enter one",
        "scopes": ["admin-ui", "list:users", "read:users", "read:servers", "delete:servers", "read:hub"],
        "groups": [Role.OPERATOR.value],
    },
]


def apply(c: Config) -> None:
    """Load the roles. Everybody keeps the hub's own role ``user``: their own servers and tokens."""
    c.JupyterHub.load_roles = ROLES
