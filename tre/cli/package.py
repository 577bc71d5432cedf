"""``tre package``: software that researchers ask for."""

import click

from tre import researcher
from tre.cli.context import Cli
from tre.core.errors import Unavailable


@click.group()
def package() -> None:
    """Software that researchers ask for."""


@package.command()
@click.argument("name")
@click.option("--reason", required=True, help="What it is needed for, in a line.")
@click.pass_obj
def request(cli: Cli, name: str, reason: str) -> None:
    """Ask for the package NAME, inside a workspace. Installs nothing."""
    if not researcher.in_workspace():
        raise Unavailable("A package is asked for in a workspace.", hint="Open one and run this in its terminal.")
    cli.show(researcher.ask_for_package(name, reason))


@package.command(name="list")
@click.pass_obj
def list_(cli: Cli) -> None:
    """What was asked for, by whom and why; for operators."""
    cli.show(cli.app.software.asked(cli.person), empty="Nobody asked for a package.")
