"""``tre link``: the records of one person in two datasets."""

from pathlib import Path

import click

from tre.cli.context import Cli


@click.group()
def link() -> None:
    """The records of one person in two datasets."""


@link.command()
@click.argument("left")
@click.argument("right")
@click.option(
    "--truth",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="CSV with the keys of every true pair, to measure precision and recall; never shown to the linker.",
)
@click.pass_obj
def run(cli: Cli, left: str, right: str, truth: Path | None) -> None:
    """Link the newest versions of the datasets LEFT and RIGHT."""
    result = cli.app.link(cli.person, left, right, truth)
    cli.show({"link": result.id, "datasets": list(result.datasets), **result.quality})


@link.command()
@click.pass_obj
def show(cli: Cli) -> None:
    """Every link and its quality."""
    rows = [
        {
            "link": item.id,
            "datasets": list(item.datasets),
            "made": item.made_at,
            "pairs": int(item.quality["linked_pairs"]),
        }
        for item in cli.app.catalogue.links()
    ]
    cli.show(rows, empty="No link yet: 'tre link run LEFT RIGHT' makes one.")
