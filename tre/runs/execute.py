"""One notebook executed in a sandbox on the project's view, with its provenance."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from tre.audit.events import Action, Event
from tre.core import clock
from tre.core.errors import BadInput
from tre.core.ids import RunId
from tre.projects.project import Project
from tre.projects.workspace import Workspace
from tre.runs.manifest import Run, RunState
from tre.runs.ports import CodeStore, NotebookRunner, RunStore
from tre.workspace.template import Template, Value, check_parameters


@dataclass(frozen=True)
class RunContext:
    """Where and with what a run is made.

    Attributes:
        workspace: whose writable home is ``home``.
        home: the folder, as seen from here.
        runner: executes the notebook in the workspace's sandbox.
        store: where runs are registered.
        code: keeps the template as it stands, so that whoever checks an output can read what made it.
        timeout_s: how long the run may take.
    """

    workspace: Workspace
    home: Path
    runner: NotebookRunner
    store: RunStore
    code: CodeStore
    timeout_s: float


def execute(
    template: Template,
    parameters: Mapping[str, Value],
    project: Project,
    context: RunContext,
    *,
    identifier: RunId,
    now: datetime,
) -> Run:
    """Execute a template and register the run, before it starts and after it ended.

    Args:
        context: where and with what.

    Returns:
        The run as it ended; a failed one is returned, not raised, and keeps its partial notebook in ``home``.

    Raises:
        BadInput: a parameter is wrong, or the project lacks a dataset that the template reads. Nothing ran.
    """
    values = check_parameters(template, parameters)
    lacking = sorted(set(template.datasets) - set(project.columns))
    if lacking:
        raise BadInput(f"Template '{template.name}' reads datasets that the project lacks: {', '.join(lacking)}.")
    run = Run(
        id=identifier,
        project=project.id,
        person=context.workspace.person,
        template=template.name,
        parameters=values,
        notebook_digest=context.code.put(template.notebook.read_bytes()),
        environment_digest=context.runner.environment_digest(),
        view_digests={str(name): sha256 for name, sha256 in (project.view_digests or {}).items()},
        started_at=clock.text(now),
    )
    details = {"project": project.id, "template": template.name, "notebook_digest": run.notebook_digest}
    context.store.save_run(run, Event(Action.RUN_STARTED, run.person, run.id, now, details))
    result = context.runner.execute(
        context.workspace, template.notebook, values, home=context.home, timeout_s=context.timeout_s
    )
    run = replace(
        run,
        state=RunState.SUCCEEDED if result.succeeded else RunState.FAILED,
        seconds=round(result.seconds, 3),
        output_digests=dict(result.output_digests),
        why=result.why,
        limits=result.limits,
    )
    ended = {"state": run.state.value, "manifest_digest": run.manifest_digest}
    context.store.save_run(run, Event(Action.RUN_ENDED, run.person, run.id, clock.now(), ended))
    return run
