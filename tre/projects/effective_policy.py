"""A project's policy, made as strict as the datasets that it sees ask for. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from disclosure_control.core.policy import Policy
from tre.catalogue.contract import Contract
from tre.projects.project import Project


def strictest_policy(text: str, thresholds: Iterable[tuple[str, int, Mapping[str, object]]]) -> str:
    """The text of a policy that passes nothing which the given one or one of the datasets would not pass.

    Args:
        text: a policy's file.
        asked: for each dataset its id, its version and the thresholds of its contract; others stay as they are.

    Returns:
        ``text`` itself when no dataset asks for more.

    Raises:
        BadPolicy: a threshold is not a policy's.
    """
    policy = Policy.from_text(text)
    more = [
        Policy.from_values({**policy.values, **values, "id": dataset, "version": str(version)})
        for dataset, version, values in thresholds
        if values
    ]
    strict = policy.strictest(*more) if more else policy
    named = replace(strict, id=policy.id, version=policy.version)
    return text if named == policy else strict.to_text()


def tighten_policy(project: Project, contracts: Iterable[tuple[int, Contract]]) -> Project:
    """The project with the thresholds of its datasets' contracts, so that its workspaces know them from the start."""
    thresholds = [(contract.dataset, version, contract.output_policy) for version, contract in contracts]
    text = strictest_policy(project.policy, thresholds)
    return replace(project, policy=text, policy_digest=Policy.from_text(text).digest)
