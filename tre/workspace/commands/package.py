"""``tre package`` inside a workspace: software that its project asks for."""

import click

from tre.workspace import client
from tre.workspace.commands.console import Console


@click.group()
def package() -> None:
    """Software that researchers ask for."""


@package.command()
@click.argument("name")
@click.option("--reason", required=True, help="What it is needed for, in a line.")
@click.pass_obj
def request(console: Console, name: str, reason: str) -> None:
    """Ask for the package NAME; ``list`` tells what became of it."""
    console.show(client.ask_for_package(name, reason))


@package.command(name="list")
@click.pass_obj
def list_(console: Console) -> None:
    """What was asked for, by whom and why, and what became of it."""
    console.show(client.package_requests(), empty="Nobody asked for a package.")
