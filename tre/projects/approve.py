"""A project is approved: its words and its policy are checked and fixed. Pure but for reading the policy."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from pathlib import Path

from disclosure_control.core.errors import DisclosureError
from disclosure_control.core.policy import POLICIES, Policy
from tre.core.errors import BadInput
from tre.core.ids import DatasetId, ProjectId, check_slug
from tre.projects.project import Project


def approve(
    project: str,
    *,
    title: str,
    purpose: str,
    columns: Mapping[str, Sequence[str]],
    ends_on: date,
    policy: str,
    project_ids: Collection[ProjectId],
    training: Collection[str] = (),
) -> Project:
    """A new project.

    Args:
        columns: for each dataset, the columns that the project may see.
        policy: a disclosure regime's name or the path of a policy file; its text is fixed into the project.
        project_ids: the projects there are.
        training: the courses that it asks of its researchers.

    Raises:
        BadInput: the id is taken or has not its shape, words are missing, or the policy cannot be used.
    """
    identifier = ProjectId(check_slug(project, what="project"))
    if identifier in project_ids:
        raise BadInput(f"There is a project '{identifier}' already.")
    if not title.strip() or not purpose.strip():
        raise BadInput("A project needs a title and a purpose.")
    if not columns:
        raise BadInput("A project needs at least one dataset with the columns that it may see.")
    try:
        digest = Policy.load(policy).digest
    except DisclosureError as error:
        raise BadInput(f"The policy cannot be used: {error}") from None
    path = Path(policy) if policy.endswith(".toml") else POLICIES / f"{policy}.toml"
    return Project(
        id=identifier,
        title=title.strip(),
        purpose=purpose.strip(),
        columns={DatasetId(dataset): tuple(names) for dataset, names in columns.items()},
        policy=path.read_text(encoding="utf-8"),
        policy_digest=digest,
        ends_on=ends_on,
        training=frozenset(check_slug(course, what="course") for course in training),
    )
