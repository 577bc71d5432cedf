"""``tre demo``: the whole journey without a browser."""

import click

from tre.cli.context import Cli


@click.command()
@click.pass_obj
def demo(cli: Cli) -> None:
    """The whole journey: two departments' files to a verified release package. Exit 0 only if all of it happened."""
    from tre.demo.journey import Journey  # noqa: PLC0415

    package = Journey(cli.app, cli.say).travel()
    cli.show({"package": str(package), "verified": True})
