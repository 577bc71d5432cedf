"""Who may open a workspace is asked of the installation, and refusals are said in its words."""

import asyncio
from types import SimpleNamespace

import pytest

from hub_config.login.access import NO_PROJECT, VisibleError, pre_spawn_hook, projects_of
from tre.core.errors import NotAllowed, NotFound


class App:
    """An installation with one project and one member."""

    projects = SimpleNamespace(of_person=lambda person: [f"of {person}"])

    def open_workspace(self, person: str, project: str) -> str:
        if project != "pay":
            raise NotFound("There is no project.")
        if person != "ana":
            raise NotAllowed("Not a member.", hint="Ask.")
        return "a workspace"


def spawner(person: str = "ana", project: str = "pay") -> SimpleNamespace:
    return SimpleNamespace(name=project, user=SimpleNamespace(name=person), workspace=None)


def test_a_member_gets_the_workspace():
    start = spawner()
    asyncio.run(pre_spawn_hook(App())(start))
    assert start.workspace == "a workspace"


@pytest.mark.parametrize(
    ("start", "words"),
    [
        (spawner(project=""), NO_PROJECT),
        (spawner(person="ben"), "Not a member. Ask."),
        (spawner(project="secret"), "'ana' is not a member of project 'secret'."),
    ],
)
def test_all_else_is_refused_with_403_and_the_reason(start, words):
    with pytest.raises(VisibleError) as error:
        asyncio.run(pre_spawn_hook(App())(start))
    assert error.value.status_code == 403
    assert error.value.jupyterhub_message == words
    assert start.workspace is None


def test_the_home_page_shows_the_projects_of_whoever_is_logged_in():
    projects = projects_of(App())
    assert projects(SimpleNamespace(name="ana")) == ["of ana"]
    assert projects(None) == []
