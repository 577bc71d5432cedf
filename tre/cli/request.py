"""``tre request``: outputs on their way out."""

from pathlib import Path

import click

from tre.airlock.request import Decision, Request
from tre.airlock.review import Ballot
from tre.airlock.submit import SubmissionDetails
from tre.cli.context import Cli
from tre.core.errors import NotFound


@click.group()
def request() -> None:
    """Outputs on their way out."""


@request.command()
@click.option("--run", "run", help="The run whose outputs to send.")
@click.option("--project", help="With --folder: the project whose workspace they lie in.")
@click.option("--folder", default="outputs", help="A folder of your workspace.")
@click.option("--update", metavar="REQUEST", help="A returned request of yours, to submit again.")
@click.option("--title", required=True, help="What the outputs are, in a line.")
@click.option("--context", required=True, help="Who and what they describe, and why they are needed.")
@click.option("--controls", default="", help="What was done against disclosure; not needed beside a results.json.")
@click.option("--code", default="", help="The notebook or script that made them, for checkers to read; never released.")
@click.pass_obj
def create(
    cli: Cli,
    run: str | None,
    project: str | None,
    folder: str,
    update: str | None,
    title: str,
    context: str,
    controls: str,
    code: str,
) -> None:
    """Send outputs to the airlock and have them checked: those of a run, or a folder of your workspace."""
    if run is not None:
        record = cli.app.submit_run(cli.person, run, title=title, context=context, controls=controls)
    elif project is not None:
        details = SubmissionDetails(title, context, controls)
        record = cli.app.submissions.submit_folder(cli.person, project, folder, details, request=update, code=code)
    else:
        raise click.UsageError("Give --run, or --project with --folder.")
    _show(cli, record)


@request.command(name="import")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--project", required=True, help="The project that needs it.")
@click.option("--title", required=True, help="What it is, in a line.")
@click.option("--context", required=True, help="Where it comes from, and why it is needed.")
@click.option("--controls", required=True, help="What was looked at: licence, personal data, size.")
@click.pass_obj
def import_(cli: Cli, folder: Path, project: str, title: str, context: str, controls: str) -> None:
    """Ask that FOLDER, code or reference data from outside, may come into a project."""
    _show(
        cli, cli.app.submissions.submit_import(cli.person, project, folder, SubmissionDetails(title, context, controls))
    )


@request.command(name="list")
@click.pass_obj
def list_(cli: Cli) -> None:
    """The requests that you may see."""
    rows = [
        {"request": r.id, "project": r.project, "title": r.title, "state": r.state.value, "round": r.round}
        for r in cli.app.requests.all(cli.person)
    ]
    cli.show(rows, empty="No request that you may see.")


@request.command()
@click.argument("identifier")
@click.pass_obj
def show(cli: Cli, identifier: str) -> None:
    """One request with every finding."""
    _show(cli, cli.app.requests.get(cli.person, identifier))


@request.command()
@click.argument("identifier")
@click.pass_obj
def check(cli: Cli, identifier: str) -> None:
    """Check a submitted request again, when its check was cut off."""
    cli.app.requests.get(cli.person, identifier)
    _show(cli, cli.app.check(identifier))


@request.command()
@click.argument("identifier")
@click.argument("file")
@click.argument("decision", type=click.Choice([item.value for item in Decision]))
@click.option("--reason", default="", help="Needed to refuse, and to approve against a finding.")
@click.pass_obj
def review(cli: Cli, identifier: str, file: str, decision: str, reason: str) -> None:
    """Approve or refuse one FILE of a request."""
    record = cli.app.requests.get(cli.person, identifier)
    output = record.file(file)
    if output is None:
        raise NotFound(f"Request '{identifier}' has no file of this name.")
    ballot = Ballot(Decision(decision), record.binding(output), reason)
    changed = cli.app.review(cli.person, identifier, {file: ballot})
    cli.show({"request": changed.id, "state": changed.state.value})


@request.command(name="return")
@click.argument("identifier")
@click.option("--reason", required=True, help="What the author should change.")
@click.option("--group", multiple=True, help="A group of which changes are asked; repeatable.")
@click.pass_obj
def return_(cli: Cli, identifier: str, reason: str, group: tuple[str, ...]) -> None:
    """Send a request back to its author."""
    changed = cli.app.reviews.send_back(cli.person, identifier, reason, group)
    cli.show({"request": changed.id, "state": changed.state.value})


@request.command()
@click.argument("identifier")
@click.pass_obj
def withdraw(cli: Cli, identifier: str) -> None:
    """Take back a request of yours."""
    changed = cli.app.requests.withdraw(cli.person, identifier)
    cli.show({"request": changed.id, "state": changed.state.value})


def _show(cli: Cli, record: Request) -> None:
    files = [
        {
            "file": file.name,
            "check": file.outcome.label if file.outcome is not None else "not yet",
            "evidence": "recomputed" if file.verified else "none",
            "findings": [finding.to_dict() for finding in file.findings],
        }
        for file in record.outputs
    ]
    if cli.as_json:
        cli.show({"request": record.id, "state": record.state.value, "round": record.round, "files": files})
        return
    cli.show({"request": record.id, "title": record.title, "state": record.state.value, "round": record.round})
    for file in record.outputs:
        outcome = file.outcome.label if file.outcome is not None else "not yet checked"
        click.echo(f"\n{file.name}: {outcome}{', recomputed from its evidence' if file.verified else ''}")
        for finding in file.findings:
            click.echo(
                f"  {finding.outcome.label:<6} {finding.rule}  {finding.where}\n         {finding.why} {finding.todo}"
            )
