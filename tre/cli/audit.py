"""``tre audit``: who did what, provably."""

from pathlib import Path

import click

from tre.audit.ports import EntryFilter
from tre.cli.context import Cli


@click.group()
def audit() -> None:
    """Who did what, provably."""


@audit.command(name="list")
@click.option("--last", type=click.IntRange(min=1), default=100, show_default=True, help="So many of the newest.")
@click.option("--before", type=click.IntRange(min=1), help="Only entries before this number: the page before.")
@click.option("--actor", default="", help="Only what this person did.")
@click.option("--subject", default="", help="Only what was done to this request, project or person.")
@click.option("--action", default="", help="Only this kind of event, such as request.released.")
@click.pass_obj
def list_(cli: Cli, last: int, before: int | None, actor: str, subject: str, action: str) -> None:
    """The entries of the log, oldest first."""
    entries = cli.app.audit_log.page(EntryFilter(last, before, actor, subject, action))
    rows = [
        {"entry": e.number, "at": e.at, "actor": e.actor, "action": e.action, "subject": e.subject, "hash": e.hash[:12]}
        for e in reversed(entries)
    ]
    cli.show(rows, empty="No entry fits.")


@audit.command()
@click.option(
    "--against",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="HEAD",
    help="A head that was exported earlier; repeatable.",
)
@click.pass_obj
def verify(cli: Cli, against: tuple[Path, ...]) -> None:
    """Walk the chain and check the signed head; names the first entry that does not fit."""
    result = cli.app.audit_log.verify([path.read_bytes() for path in against])
    cli.show({"entries": result.entries, "head": result.head_hash})
    cli.say("The chain holds: no entry was changed, moved, added or removed.")
    if against:
        cli.say(f"It holds what {len(against)} exported heads name.")


@audit.command(name="export-head")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def export_head(cli: Cli, file: Path) -> None:
    """Write the signed head to FILE, for somebody outside to keep: 'tre audit verify --against FILE' needs it."""
    file.write_bytes(cli.app.audit_log.export_head(cli.person))
    cli.show({"head": file})
    cli.say("Keep it where no administrator of this installation can write.")
