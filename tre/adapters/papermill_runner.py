"""Runs by papermill inside the bubblewrap sandbox: no network, the view read-only, limits on, its own clean room."""

import importlib.metadata
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tre.adapters import sandbox
from tre.adapters.collector import SafeCollector
from tre.core import digest
from tre.core.errors import BadInput
from tre.projects.workspace import Workspace
from tre.runs.manifest import OUTPUTS
from tre.runs.ports import ExecutionResult
from tre.workspace.paths import TEMPLATES
from tre.workspace.template import Value

EXECUTED: Final = "executed.ipynb"
LOG: Final = "run.log"
_ERROR_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.]{0,63}")
_RESULT_BYTES: Final = 4096


class PapermillRunner:
    """The ``NotebookRunner`` port."""

    def __init__(self, collector: SafeCollector) -> None:
        """Use ``collector`` to look at what a run left."""
        self._collector = collector

    def execute(
        self, workspace: Workspace, notebook: Path, parameters: Mapping[str, Value], *, home: Path, timeout_s: float
    ) -> ExecutionResult:
        """Run a notebook; see the port."""
        job = {"notebook": f"{TEMPLATES}/{notebook.name}", "executed": EXECUTED, "parameters": dict(parameters)}
        sandbox.prepare_writable(home)
        ended = sandbox.run(
            workspace,
            [sandbox.PYTHON, "-m", "tre.workspace.notebook_job", json.dumps(job)],
            timeout_s=timeout_s,
            log=home.parent / LOG,
        )
        why = _why(ended, home, timeout_s)
        try:
            outputs = self._collector.digests(home, OUTPUTS)
        except BadInput as error:
            outputs, why = {}, why or f"Its outputs folder cannot be taken: {error.message}"
        return ExecutionResult(not why, ended.seconds, str(ended.limits_mode.value), outputs, why)

    def environment_digest(self) -> str:
        """SHA-256 over the names and versions of all installed packages."""
        installed = {(dist.name or "").lower(): dist.version for dist in importlib.metadata.distributions()}
        return digest.of_value(sorted(installed.items()))


def _why(ended: sandbox.ExitReport, home: Path, timeout_s: float) -> str:
    """What failed, in one line that carries no value of the data; empty when all went well."""
    if ended.timed_out:
        return f"It took longer than {timeout_s:.0f} seconds and was stopped."
    if ended.out_of_memory:
        return "It needed more memory than its limit and was stopped."
    if ended.too_large:
        return "It wrote more to its home than its limit and was stopped."
    try:
        result = json.loads(sandbox.read_bytes(home, "run.json", max_bytes=_RESULT_BYTES))
    except (BadInput, ValueError):
        return "It ended without a result; its log says why."
    if not isinstance(result, dict) or result.get("succeeded") is not True or ended.returncode != 0:
        cell = result.get("cell") if isinstance(result, dict) else None
        name = str(result.get("error", "")) if isinstance(result, dict) else ""
        place = f"Cell {cell}" if isinstance(cell, int) else "A cell"
        return f"{place} failed with {name if _ERROR_NAME.fullmatch(name) else 'an error'}."
    return ""
