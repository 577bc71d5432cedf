"""``tre release``: sealed packages."""

from collections.abc import Mapping
from pathlib import Path

import click

from tre.adapters.release_packages import verify_package
from tre.airlock.notebook_page import notebook_page
from tre.cli.context import Cli

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def release() -> None:
    """Sealed packages."""


@release.command()
@click.argument("request")
@click.pass_obj
def create(cli: Cli, request: str) -> None:
    """Write the sealed package of an approved REQUEST; files that come in land in their project."""
    result = cli.app.release(cli.person, request)
    cli.show({"release": result.id, "path": result.path, "files": list(result.files)})


@release.command(name="list")
@click.pass_obj
def list_(cli: Cli) -> None:
    """Every release that you may see."""
    rows = [
        {
            "release": summary.release,
            "request": summary.id,
            "project": summary.project,
            "state": summary.state,
            "title": summary.title,
        }
        for summary in cli.app.requests.summaries(cli.person)
        if summary.release
    ]
    cli.show(rows, empty="No release that you may see.")


@release.command()
@click.argument("package", type=click.Path(path_type=Path))
@click.option("--public-key", type=_FILE, help="The sender's public key (PEM); by default this installation's own.")
@click.option("--notice", type=_FILE, help="A revocation notice of the sender's to hold it against.")
@click.pass_obj
def verify(cli: Cli, package: Path, public_key: Path | None, notice: Path | None) -> None:
    """Check every byte of PACKAGE, a folder, a ZIP file or a release's id, against its seal.

    With --public-key and a path it needs no installation and no network.
    """
    revocation = notice.read_bytes() if notice else None
    digests = _verified(cli, package, public_key, revocation)
    cli.show([{"file": name, "sha256": sha256} for name, sha256 in digests.items()])
    cli.say(f"The seal holds: {len(digests)} files, none changed, none added.")
    if notice:
        cli.say("The notice is about another package.")


def _verified(cli: Cli, package: Path, public_key: Path | None, notice: bytes | None) -> Mapping[str, str]:
    if package.exists() and public_key is not None:
        return verify_package(package, public_key.read_text(), notice)
    path = package if package.exists() else cli.app.releases.path(str(package))
    return cli.app.releases.verify(path, public_key.read_text() if public_key else None, notice)


@release.command()
@click.argument("request")
@click.argument("person", nargs=-1, required=True)
@click.pass_obj
def address(cli: Cli, request: str, person: tuple[str, ...]) -> None:
    """Name each PERSON as a recipient, who may download the package once more."""
    changed = cli.app.distribution.address(cli.person, request, person)
    cli.show({"request": changed.id, "recipients": [recipient.person for recipient in changed.recipients]})


@release.command()
@click.argument("request")
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), default=Path(), help="The folder to write to.")
@click.pass_obj
def download(cli: Cli, request: str, to: Path) -> None:
    """Write the package as a ZIP file, once, if you are a recipient."""
    to.mkdir(parents=True, exist_ok=True)
    name, data = cli.app.distribution.download(cli.person, request)
    (to / name).write_bytes(data)
    cli.show({"file": to / name, "bytes": len(data)})


@release.command()
@click.argument("request")
@click.pass_obj
def push(cli: Cli, request: str) -> None:
    """Put the package into the store that TRE_RELEASE_STORE names."""
    cli.show({"address": cli.app.distribution.push(cli.person, request)})


@release.command()
@click.argument("request")
@click.option("--reason", required=True, help="Why what was released must no longer be used.")
@click.option("--notice", type=click.Path(path_type=Path, dir_okay=False), help="Where to write the signed notice.")
@click.pass_obj
def revoke(cli: Cli, request: str, reason: str, notice: Path | None) -> None:
    """Take a release back: it is given out no more, and a signed notice says why."""
    revocation = cli.app.distribution.revoke(cli.person, request, reason)
    if notice:
        notice.write_bytes(revocation)
    cli.show({"request": request, "state": "revoked", "notice": notice or ""})
    if not notice:
        cli.say("'tre release notice' writes the signed notice; send it to whoever had the package.")


@release.command()
@click.argument("release_id", metavar="RELEASE")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def notice(cli: Cli, release_id: str, file: Path) -> None:
    """Write the signed notice that RELEASE was revoked to FILE."""
    file.write_bytes(cli.app.distribution.notice(release_id))
    cli.show({"notice": file})


@release.command()
@click.argument("notebook", type=_FILE)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def page(cli: Cli, notebook: Path, file: Path) -> None:
    """Write NOTEBOOK to FILE as one page without programs, styles and links, for those who have no Jupyter."""
    file.write_bytes(notebook_page(notebook.read_bytes()))
    cli.show({"page": file})
