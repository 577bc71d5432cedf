"""``tre check``: disclosure and personal data check of any files; needs no installation."""

import json
from pathlib import Path
from typing import Final

import click

import disclosure_control as sdc
from tre.cli.context import Cli

EXIT_CODES: Final = {sdc.Outcome.PASS: 0, sdc.Outcome.REVIEW: 10, sdc.Outcome.FAIL: 11}


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--policy", help="A disclosure policy: a regime's name or a file.")
@click.pass_obj
def check(cli: Cli, paths: tuple[Path, ...], policy: str | None) -> None:
    """Check files and folders. Ends with 0 (pass), 10 (review) or 11 (fail)."""
    chosen = sdc.Policy.load(policy)
    reports = [sdc.check_path(path, chosen) for path in paths]
    if cli.as_json:
        click.echo(json.dumps([report.to_dict() for report in reports], ensure_ascii=False, indent=1))
    else:
        for report in reports:
            click.echo(report.to_text())
    raise click.exceptions.Exit(max(EXIT_CODES[report.outcome] for report in reports))
