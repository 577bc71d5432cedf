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
    made = cli.app.run(cli.person, project, template, values)
    cli.show({"run": made.id, "state": made.state.value, "seconds": made.seconds, "why": made.why})
    if made.why:
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
    found = cli.app.runs.reproduce(cli.person, identifier)
    rows = [{"what": name, "same": same} for name, same in {**found.ingredients, **found.outputs}.items()]
    cli.show(rows)
    if not found.reproduced:
        raise IntegrityError(f"Run '{found.second}' differs from '{found.first}'.", hint="The table says in what.")
    cli.say(f"Run '{found.second}' gives every output of '{found.first}' again, byte by byte.")
