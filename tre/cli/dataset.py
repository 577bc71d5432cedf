"""``tre dataset``: what data there is."""

from pathlib import Path

import click

from tre.cli.context import Cli


@click.group()
def dataset() -> None:
    """What data there is."""


@dataset.command()
@click.argument("contract", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.argument("delivery", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.pass_obj
def ingest(cli: Cli, contract: Path, delivery: Path) -> None:
    """Check DELIVERY (CSV or Parquet) against CONTRACT (YAML) and register it as the dataset's next version."""
    new = cli.app.ingest(cli.person, contract, delivery)
    cli.show({"dataset": new.dataset, "version": new.version, "rows": new.rows, "sha256": new.delivery_digest})


@dataset.command(name="list")
@click.pass_obj
def list_(cli: Cli) -> None:
    """Every version of every dataset."""
    rows = [
        {"dataset": v.dataset, "version": v.version, "title": v.title, "rows": v.rows, "registered": v.registered_at}
        for v in cli.app.catalogue.versions()
    ]
    cli.show(rows, empty="No dataset yet: 'tre dataset ingest CONTRACT DELIVERY' registers one.")


@dataset.command()
@click.argument("name")
@click.option("--version", type=int, help="Which version; the newest unless given.")
@click.pass_obj
def show(cli: Cli, name: str, version: int | None) -> None:
    """The columns of a dataset, as its contract describes them."""
    contract = cli.app.catalogue.contract(name, version)
    rows = [
        {"column": c.name, "type": c.type.value, "classification": c.classification.value, "description": c.description}
        for c in contract.columns
    ]
    cli.show(rows)


@dataset.command()
@click.argument("name")
@click.option("--version", type=int, help="Which version; the newest unless given.")
@click.pass_obj
def quality(cli: Cli, name: str, version: int | None) -> None:
    """What was measured when the delivery was checked: a row a rule."""
    rows = [
        {"dimension": m.dimension.value, "rule": m.rule, "column": m.column, "checked": m.checked, "failed": m.failed}
        for m in cli.app.catalogue.version(name, version).measures
    ]
    cli.show(rows)
