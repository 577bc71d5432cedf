"""``tre person``: who is known here."""

from datetime import datetime

import click

from tre.cli.context import Cli
from tre.core.errors import BadInput
from tre.core.people import Person, identity_code


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


@person.command()
@click.argument("identifier")
@click.argument("course")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day on which it counts.")
@click.pass_obj
def train(cli: Cli, identifier: str, course: str, until: datetime) -> None:
    """Let a COURSE that somebody has done count until a day."""
    trained = cli.app.people.train(cli.person, identifier, course, until.date())
    cli.show({"person": trained.id, "course": course, "until": trained.training[course]})


@person.command()
@click.argument("identifier")
@click.option("--subject", help="Who it is at the provider of the settings: its 'sub' claim.")
@click.option("--code", help="The code that the login page showed to the person.")
@click.pass_obj
def bind(cli: Cli, identifier: str, subject: str | None, code: str | None) -> None:
    """Let an identity of the identity provider log in as somebody."""
    if (subject is None) == (code is None):
        raise BadInput("An identity is given by --subject or by --code.")
    issuer = cli.app.settings.oidc_issuer
    if subject is not None and not issuer:
        raise BadInput("No identity provider is set.", hint="Set oidc_issuer, or use --code.")
    bound = cli.app.people.bind(cli.person, identifier, code or identity_code(issuer, subject or ""))
    cli.show({"person": bound.id, "identity": bound.identity})


@person.command()
@click.argument("identifier")
@click.pass_obj
def unbind(cli: Cli, identifier: str) -> None:
    """Let no identity log in as somebody any more."""
    changed = cli.app.people.unbind(cli.person, identifier)
    cli.show({"person": changed.id, "identity": changed.identity})


@person.command()
@click.argument("identifier")
@click.pass_obj
def show(cli: Cli, identifier: str) -> None:
    """One person, with their training."""
    record = cli.app.people.get(identifier)
    cli.show({**_row(record), "identity": record.identity, "training": _training(record)})


@person.command(name="list")
@click.pass_obj
def list_(cli: Cli) -> None:
    """Everybody."""
    rows = [_row(record) for record in cli.app.people.all()]
    cli.show(rows, empty="Nobody yet: 'tre --as setup person add ID --name NAME --role operator' adds the first.")


def _row(record: Person) -> dict[str, object]:
    return {
        "person": record.id,
        "name": record.name,
        "roles": sorted(record.roles),
        "accredited_until": record.accredited_until,
    }


def _training(record: Person) -> list[str]:
    return [f"{course} until {until}" for course, until in sorted(record.training.items())]
