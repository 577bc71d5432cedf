"""``tre run``: notebooks executed on a project's data."""

from dataclasses import asdict

import click

from tre.cli.context import Cli
from tre.core.errors import IntegrityError


@click.group()
def run() -> None:
    """Notebooks executed on a project's data."""


@run.command()
@click.argument("project")
@click.argument("template")
@click.option("-p", "--parameter", "parameters", multiple=True, metavar="NAME=VALUE", help="A parameter; repeatable.")
@click.pass_obj
def submit(cli: Cli, project: str, template: str, parameters: tuple[str, ...]) -> None:
    """Execute TEMPLATE on PROJECT's view, in a sandbox of its own, and wait for it."""
    from tre.workspace.template import parse_parameter  # noqa: PLC0415

    notebook = cli.app.runs.template(template)
    values = dict(parse_parameter(notebook, text) for text in parameters)
    record = cli.app.run(cli.person, project, template, values)
    cli.show({"run": record.id, "state": record.state.value, "seconds": record.seconds, "why": record.why})
    if record.why:
        raise click.exceptions.Exit(1)


@run.command(name="list")
@click.pass_obj
def list_(cli: Cli) -> None:
    """Every run."""
    rows = [
        {"run": r.id, "project": r.project, "person": r.person, "template": r.template, "state": r.state.value}
        for r in cli.app.runs.all()
    ]
    cli.show(rows, empty="No run yet: 'tre run submit PROJECT TEMPLATE' makes one.")


@run.command()
@click.argument("identifier")
@click.pass_obj
def show(cli: Cli, identifier: str) -> None:
    """One run, with everything it was made of."""
    cli.show(asdict(cli.app.runs.get(identifier)))


@run.command()
@click.argument("identifier")
@click.pass_obj
def reproduce(cli: Cli, identifier: str) -> None:
    """Make a run again and compare. Ends with 6 unless every output is the same, byte by byte."""
    comparison = cli.app.runs.reproduce(cli.person, identifier)
    rows = [{"what": name, "same": same} for name, same in {**comparison.ingredients, **comparison.outputs}.items()]
    cli.show(rows)
    if not comparison.reproduced:
        raise IntegrityError(
            f"Run '{comparison.second}' differs from '{comparison.first}'.", hint="The table says in what."
        )
    cli.say(f"Run '{comparison.second}' gives every output of '{comparison.first}' again, byte by byte.")
