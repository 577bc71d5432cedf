"""``tre person``: who is known here."""

from datetime import datetime

import click

from tre.cli.context import Cli


@click.group()
def person() -> None:
    """Who is known here."""


@person.command()
@click.argument("identifier")
@click.option("--name", required=True, help="The person's name, for the pages that their colleagues see.")
@click.option("--role", "roles", multiple=True, required=True, help="researcher, checker, data-manager or operator.")
@click.option("--password", is_flag=True, help="Ask for a password, so that the person can log in.")
@click.pass_obj
def add(cli: Cli, identifier: str, name: str, roles: tuple[str, ...], password: bool) -> None:
    """Add somebody, not yet accredited. The first operator of an installation is added with --as setup."""
    secret = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True) if password else None
    added = cli.app.people.add(cli.person, identifier, name=name, roles=roles, password=secret)
    cli.show({"person": added.id, "roles": sorted(added.roles)})


@person.command()
@click.argument("identifier")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day on which it holds.")
@click.pass_obj
def accredit(cli: Cli, identifier: str, until: datetime) -> None:
    """Let somebody's accreditation hold until a day."""
    accredited = cli.app.people.accredit(cli.person, identifier, until.date())
    cli.show({"person": accredited.id, "accredited_until": accredited.accredited_until})


@person.command(name="list")
@click.pass_obj
def list_(cli: Cli) -> None:
    """Everybody."""
    rows = [
        {"person": p.id, "name": p.name, "roles": sorted(p.roles), "accredited_until": p.accredited_until}
        for p in cli.app.people.all()
    ]
    cli.show(rows, empty="Nobody yet: 'tre --as setup person add ID --name NAME --role operator' adds the first.")
