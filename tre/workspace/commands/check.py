"""``tre check``: disclosure and personal data check of any files; needs no installation."""

import json
import sys
from pathlib import Path
from typing import Final

import click

import disclosure_control as sdc
from tre.workspace.commands.console import Console

EXIT_CODES: Final = {sdc.Outcome.PASS: 0, sdc.Outcome.REVIEW: 10, sdc.Outcome.FAIL: 11}
_EPILOG: Final = """\b
Ends with:
  0   nothing to look at, or nothing as severe as --fail-on asks for
  2   a path, the policy or an option cannot be used
  10  a person must look at it (review)
  11  it must not leave as it is (fail)
Every rule has a page under docs/rules/.
"""


@click.command(epilog=_EPILOG)
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--policy", help="A disclosure policy: a regime's name or a file.")
@click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the report as one page, too.")
@click.option(
    "--fail-on",
    type=click.Choice(["review", "fail"]),
    default="review",
    show_default=True,
    help="The mildest outcome that ends with a code other than 0.",
)
@click.pass_obj
def check(console: Console, paths: tuple[Path, ...], policy: str | None, html: Path | None, fail_on: str) -> None:
    """Check files and folders, whatever they are: tables, figures, notebooks, pages, models, code."""
    chosen = sdc.Policy.load(policy)
    reports = [sdc.check_path(path, chosen, progress=_progress(path)) for path in paths]
    if html is not None:
        html.write_text(sdc.report_page(reports), encoding="utf-8")
    if console.as_json:
        click.echo(json.dumps([report.to_dict() for report in reports], ensure_ascii=False, indent=1))
    else:
        for report in reports:
            click.echo(report.to_text())
    outcome = sdc.combine(report.outcome for report in reports)
    raise click.exceptions.Exit(EXIT_CODES[outcome] if outcome >= sdc.Outcome.from_label(fail_on) else 0)


def _progress(path: Path) -> sdc.Progress | None:
    """Say on a terminal which file is being checked; nothing where nobody looks."""
    if not sys.stderr.isatty():
        return None

    def say(done: int, everything: int, name: str) -> None:
        line = f"{path.name}: {done} of {everything} {name}"[:78]
        click.echo(f"\r{line:<78}" if done < everything else "\r" + " " * 78 + "\r", nl=False, err=True)

    return say
