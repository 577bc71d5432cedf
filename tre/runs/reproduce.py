"""Compare a run with one made again from the same template and parameters. Pure.

Outputs are compared byte by byte. The session's manifest is left out: it holds the time and fresh identifiers.
"""

from dataclasses import dataclass

from tre.core.errors import BadTransition
from tre.runs.manifest import Run, RunState

_DIFFERS_ALWAYS = frozenset({"results.json"})


@dataclass(frozen=True)
class Comparison:
    """What two runs share. ``ingredients`` and ``outputs`` say for each name whether it is the same in both."""

    first: str
    second: str
    ingredients: dict[str, bool]
    outputs: dict[str, bool]

    @property
    def reproduced(self) -> bool:
        """Whether every output came out the same, byte by byte; an output that is missing in one did not."""
        return bool(self.outputs) and all(self.outputs.values())


def check_run_can_be_reproduced(run: Run) -> None:
    """Raise BadTransition unless the run succeeded."""
    if run.state is not RunState.SUCCEEDED:
        raise BadTransition(f"Run '{run.id}' is {run.state}; there is nothing to compare with.")


def compare(first: Run, second: Run) -> Comparison:
    """Compare two runs of the same template and parameters."""
    before, after = first.output_digests or {}, second.output_digests or {}
    return Comparison(
        first.id,
        second.id,
        ingredients={
            "notebook": first.notebook_digest == second.notebook_digest,
            "packages": first.environment_digest == second.environment_digest,
            "data": dict(first.view_digests) == dict(second.view_digests),
        },
        outputs={name: before.get(name) == after.get(name) for name in sorted({*before, *after} - _DIFFERS_ALWAYS)},
    )
