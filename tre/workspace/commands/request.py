"""``tre request`` inside a workspace: the person's own requests in its project."""

import click

from tre.workspace import client
from tre.workspace.commands.console import Console


@click.group()
def request() -> None:
    """Outputs on their way out."""


@request.command()
@click.option("--folder", default="outputs", help="A folder of your workspace.")
@click.option("--update", metavar="REQUEST", help="A returned request of yours, to submit again.")
@click.option("--title", required=True, help="What the outputs are, in a line.")
@click.option("--context", required=True, help="Who and what they describe, and why they are needed.")
@click.option("--controls", default="", help="What was done against disclosure; not needed beside a results.json.")
@click.option("--code", default="", help="The notebook or script that made them, for checkers to read; never released.")
@click.pass_obj
def create(
    console: Console, folder: str, update: str | None, title: str, context: str, controls: str, code: str
) -> None:
    """Send outputs to the airlock and have them checked."""
    console.show(client.send(title, folder, context=context, update=update, controls=controls, code=code))


@request.command(name="list")
@click.pass_obj
def list_(console: Console) -> None:
    """Your requests in this project."""
    console.show(client.own_requests(), empty="No requests yet.")
