"""``tre package``: software that researchers ask for."""

import click

from tre.cli.context import Cli
from tre.core.errors import Unavailable


@click.group()
def package() -> None:
    """Software that researchers ask for."""


@package.command()
@click.argument("name")
@click.option("--reason", required=True, help="What it is needed for, in a line.")
def request(name: str, reason: str) -> None:  # noqa: ARG001 - what it takes in a workspace
    """Ask for the package NAME, inside a workspace; ``list`` tells what became of it."""
    raise Unavailable("A package is asked for in a workspace.", hint="Open one and run this in its terminal.")


@package.command(name="list")
@click.pass_obj
def list_(cli: Cli) -> None:
    """What was asked for, by whom and why, and what became of it."""
    cli.show(cli.app.package_requests.all(cli.person), empty="Nobody asked for a package.")


@package.command()
@click.argument("project")
@click.argument("name")
@click.pass_obj
def approve(cli: Cli, project: str, name: str) -> None:
    """Approve the package NAME for PROJECT; installs it there when the mirror holds it."""
    cli.show(cli.app.package_requests.approve(cli.person, project, name))


@package.command()
@click.argument("project")
@click.argument("name")
@click.option("--reason", required=True, help="Why not, in a line; the researcher reads it.")
@click.pass_obj
def refuse(cli: Cli, project: str, name: str, reason: str) -> None:
    """Refuse the package NAME for PROJECT."""
    cli.show(cli.app.package_requests.refuse(cli.person, project, name, reason))
