"""What runs need of the outside world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tre.audit.events import Event
from tre.core.ids import RunId
from tre.projects.workspace import Workspace
from tre.runs.manifest import Run
from tre.workspace.template import Value


@dataclass(frozen=True)
class ExecutionResult:
    """What became of one execution. ``why`` is empty when it succeeded.

    ``output_digests`` has the SHA-256 of each file in the outputs folder, by relative name.
    """

    succeeded: bool
    seconds: float
    limits: str
    output_digests: Mapping[str, str]
    why: str = ""


class NotebookRunner(Protocol):
    """Executes a notebook inside a workspace."""

    def execute(
        self, workspace: Workspace, notebook: Path, parameters: Mapping[str, Value], *, home: Path, timeout_s: float
    ) -> ExecutionResult:
        """Run ``notebook`` with its parameters; the executed notebook is left in ``home``."""

    def environment_digest(self) -> str:
        """SHA-256 over the names and versions of the packages that the notebook will see."""


class CodeStore(Protocol):
    """Where the code of runs is kept, by its SHA-256."""

    def put(self, data: bytes) -> str:
        """Keep these bytes and return their digest."""


class RunStore(Protocol):
    """Where runs are registered."""

    def save_run(self, run: Run, event: Event) -> None:
        """Add or change a run."""

    def run(self, run: RunId) -> Run:
        """One run. Raises NotFound."""

    def runs(self) -> Sequence[Run]:
        """Every run, oldest first."""
