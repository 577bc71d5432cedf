"""``tre model``: attacks on a fitted model before it leaves; needs no installation, but the extra ``models``."""

import json
from pathlib import Path

import click
import pandas as pd

import disclosure_control as sdc
from disclosure_control.checking.membership_inference import assess_model
from tre.core.errors import BadInput
from tre.workspace.commands.console import Console

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def model() -> None:
    """Fitted models on their way out."""


@model.command()
@click.argument("model", type=_FILE)
@click.option("--known", required=True, type=_FILE, help="Rows it was fitted to, as csv or parquet.")
@click.option("--unknown", required=True, type=_FILE, help="Rows of people whom it never saw.")
@click.option("--target", required=True, help="The column that it tells.")
@click.option("--policy", help="A disclosure policy: a regime's name or a file.")
@click.pass_obj
def assess(console: Console, model: Path, known: Path, unknown: Path, target: str, policy: str | None) -> None:
    """Attack a classifier (a skops file): can anybody tell whom it learnt from?"""
    assessment = assess_model(model, _rows(known), _rows(unknown), target, sdc.Policy.load(policy))
    click.echo(
        json.dumps(assessment.to_dict(), ensure_ascii=False, indent=1) if console.as_json else assessment.to_text()
    )


def _rows(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path)
    except (ValueError, OSError, pd.errors.ParserError) as error:
        raise BadInput(f"{path.name} cannot be read as csv or parquet.") from error
