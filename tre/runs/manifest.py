"""What a run was made of and what it made: enough for anyone with the data to make it again, and to compare."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Final

from tre.core import digest
from tre.core.ids import PersonId, ProjectId, RunId
from tre.workspace.template import Value

# The folder of the home whose files are a run's outputs.
OUTPUTS: Final = "outputs"


class RunState(StrEnum):
    """How a run stands."""

    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


@dataclass(frozen=True)
class Run:
    """One execution of a notebook in a sandbox.

    Attributes:
        notebook_digest: SHA-256 of the template as it stood.
        environment_digest: SHA-256 over the names and versions of all installed packages.
        view_digests: SHA-256 of each dataset's view file.
        output_digests: SHA-256 of each file in the outputs folder, by relative name.
        why: for a failed run, what failed in one line; never a value.
        limits: how the sandbox's limits were enforced.
    """

    id: RunId
    project: ProjectId
    person: PersonId
    template: str
    parameters: Mapping[str, Value]
    notebook_digest: str
    environment_digest: str
    view_digests: Mapping[str, str]
    started_at: str
    state: RunState = RunState.RUNNING
    seconds: float = 0.0
    output_digests: Mapping[str, str] | None = None
    why: str = ""
    limits: str = ""

    @property
    def manifest_digest(self) -> str:
        """SHA-256 of the whole record."""
        return digest.of_value(asdict(self))
