"""``tre release``: sealed packages."""

from pathlib import Path

import click

from tre.cli.context import Cli


@click.group()
def release() -> None:
    """Sealed packages."""


@release.command()
@click.argument("request")
@click.pass_obj
def create(cli: Cli, request: str) -> None:
    """Write the sealed package of an approved REQUEST."""
    made = cli.app.release(cli.person, request)
    cli.show({"release": made.id, "path": made.path, "files": list(made.files)})


@release.command(name="list")
@click.pass_obj
def list_(cli: Cli) -> None:
    """Every release that you may see."""
    rows = [
        {"release": item.release, "request": item.id, "project": item.project, "title": item.title}
        for item in cli.app.requests(cli.person)
        if item.release
    ]
    cli.show(rows, empty="No release that you may see.")


@release.command()
@click.argument("package", type=click.Path(path_type=Path))
@click.option(
    "--public-key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The sender's public key (PEM); by default this installation's own.",
)
@click.pass_obj
def verify(cli: Cli, package: Path, public_key: Path | None) -> None:
    """Check every byte of PACKAGE, a release's folder or id, against its seal."""
    path = package if package.exists() else cli.app.release_path(str(package))
    digests = cli.app.verify_release(path, public_key.read_text() if public_key else None)
    cli.show([{"file": name, "sha256": sha256} for name, sha256 in digests.items()])
    cli.say(f"The seal holds: {len(digests)} files, none changed, none added.")
