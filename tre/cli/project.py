"""``tre project``: who may see which part."""

from datetime import datetime

import click

from tre.cli.context import Cli
from tre.core.errors import BadInput


@click.group()
def project() -> None:
    """Who may see which part."""


@project.command()
@click.argument("identifier")
@click.option("--title", required=True)
@click.option("--purpose", required=True, help="What the data is used for, as it was approved.")
@click.option(
    "--data", multiple=True, required=True, metavar="DATASET:COLUMN,COLUMN", help="What it may see; repeatable."
)
@click.option("--ends-on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The last day of access.")
@click.option("--policy", help="A disclosure policy: a regime's name or a file.")
@click.option("--training", multiple=True, metavar="COURSE", help="A course that its researchers need; repeatable.")
@click.pass_obj
def create(
    cli: Cli,
    identifier: str,
    title: str,
    purpose: str,
    data: tuple[str, ...],
    ends_on: datetime,
    policy: str | None,
    training: tuple[str, ...],
) -> None:
    """Approve a project and make its view."""
    columns = dict(map(_columns, data))
    record = cli.app.create_project(
        cli.person,
        identifier,
        title=title,
        purpose=purpose,
        columns=columns,
        ends_on=ends_on.date(),
        policy=policy,
        training=training,
    )
    cli.show(
        {
            "project": record.id,
            "datasets": list(record.columns),
            "policy": record.policy_digest,
            "ends_on": record.ends_on,
        }
    )


def _columns(text: str) -> tuple[str, list[str]]:
    dataset, separator, names = text.partition(":")
    if not separator or not names:
        raise BadInput("--data is written DATASET:COLUMN,COLUMN.", hint="For example --data earnings:region,sex,pay")
    return dataset, [name.strip() for name in names.split(",")]


@project.command()
@click.argument("identifier")
@click.argument("person")
@click.pass_obj
def grant(cli: Cli, identifier: str, person: str) -> None:
    """Let PERSON work in the project."""
    changed = cli.app.projects.add_member(cli.person, identifier, person)
    cli.show({"project": changed.id, "members": sorted(changed.members)})


@project.command()
@click.argument("identifier")
@click.argument("person")
@click.pass_obj
def revoke(cli: Cli, identifier: str, person: str) -> None:
    """End PERSON's access to the project; their open workspace is closed within half a minute."""
    changed = cli.app.projects.remove_member(cli.person, identifier, person)
    cli.show({"project": changed.id, "members": sorted(changed.members)})


@project.command()
@click.argument("identifier")
@click.option("--reason", required=True)
@click.pass_obj
def stop(cli: Cli, identifier: str, reason: str) -> None:
    """Emergency stop: nothing of the project is submitted, approved or released until it is lifted."""
    changed = cli.app.projects.stop(cli.person, identifier, reason)
    cli.show({"project": changed.id, "stopped_by": changed.stop.by if changed.stop else ""})


@project.command()
@click.argument("identifier")
@click.option("--reason", required=True)
@click.pass_obj
def resume(cli: Cli, identifier: str, reason: str) -> None:
    """Lift the stop of the project."""
    changed = cli.app.projects.resume(cli.person, identifier, reason)
    cli.show({"project": changed.id, "state": changed.state.value})


@project.command()
@click.argument("identifier")
@click.pass_obj
def close(cli: Cli, identifier: str) -> None:
    """End the project: nobody enters it any more."""
    changed = cli.app.projects.close(cli.person, identifier)
    cli.show({"project": changed.id, "state": changed.state.value})


@project.command()
@click.argument("identifier", required=False)
@click.pass_obj
def show(cli: Cli, identifier: str | None) -> None:
    """One project, or all of them."""
    if identifier is None:
        rows = [
            {
                "project": p.id,
                "title": p.title,
                "state": p.state.value,
                "ends_on": p.ends_on,
                "members": sorted(p.members),
            }
            for p in cli.app.projects.all()
        ]
        cli.show(rows, empty="No project yet: 'tre project create' approves one.")
        return
    record = cli.app.projects.get(identifier)
    data = {f"data: {name}": list(columns) for name, columns in record.columns.items()}
    cli.show(
        {
            "project": record.id,
            "title": record.title,
            "purpose": record.purpose,
            "state": record.state.value,
            "stopped": f"by {record.stop.by}: {record.stop.reason}" if record.stop else "",
            "ends_on": record.ends_on,
            "members": sorted(record.members),
            "training": record.courses,
            "policy": record.policy_digest,
            **data,
        }
    )
