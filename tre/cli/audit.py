"""``tre audit``: who did what, provably."""

import itertools

import click

from tre.cli.context import Cli


@click.group()
def audit() -> None:
    """Who did what, provably."""


@audit.command(name="list")
@click.option("--last", type=click.IntRange(min=1), help="Only so many of the newest.")
@click.pass_obj
def list_(cli: Cli, last: int | None) -> None:
    """The entries of the log."""
    database = cli.app.parts.database
    head = database.head()
    first = max(0, (head.number if head else 0) - last) if last else 0
    rows = [
        {"entry": e.number, "at": e.at, "actor": e.actor, "action": e.action, "subject": e.subject, "hash": e.hash[:12]}
        for e in itertools.islice(database.entries(), first, None)
    ]
    cli.show(rows, empty="The log is empty.")


@audit.command()
@click.pass_obj
def verify(cli: Cli) -> None:
    """Walk the chain and check the signed head; names the first entry that does not fit."""
    found = cli.app.verify_audit()
    cli.show({"entries": found.entries, "head": found.head_hash})
    cli.say("The chain holds: no entry was changed, moved, added or removed.")
