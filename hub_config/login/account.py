"""The account of a person who is logged in, in whichever way: asked for again while they are."""

from typing import ClassVar, TypedDict

from jupyterhub.auth import Authenticator
from jupyterhub.handlers import BaseHandler
from jupyterhub.user import User

from tre.app import Tre
from tre.core.errors import NotFound
from tre.core.people import Person


class AuthModel(TypedDict):
    """JupyterHub's model of a user."""

    name: str
    admin: bool
    groups: list[str]


class PeopleAuthenticator(Authenticator):  # type: ignore[misc]
    """Whoever is logged in is asked for again in the people's registry, every few minutes and before each start."""

    app: ClassVar[Tre]

    async def refresh_user(self, user: User, handler: BaseHandler | None = None, **_: object) -> AuthModel | bool:  # noqa: ARG002
        """Their roles as they are now; False when they must log in again, or are not known any more."""
        try:
            person = self.app.people.get(user.name)
        except NotFound:
            return False
        return auth_model(person) if self.is_valid(person) else False

    def is_valid(self, person: Person) -> bool:  # noqa: ARG002 - for those who need it
        """Whether the way in which this person logged in is still theirs."""
        return True


def client_address(handler: BaseHandler) -> str:
    """Where a request comes from: what the hub's own proxy saw, which is what it added last."""
    forwarded: str = handler.request.headers.get("X-Forwarded-For", "")
    return forwarded.rpartition(",")[2].strip() or str(handler.request.remote_ip)


def auth_model(person: Person) -> AuthModel:
    """A person as JupyterHub's model of a user."""
    return {"name": str(person.id), "admin": False, "groups": sorted(role.value for role in person.roles)}
