"""``tre doctor``: what this machine can and cannot do."""

import click

from tre.cli.context import Cli


@click.command()
@click.pass_obj
def doctor(cli: Cli) -> None:
    """What this machine can and cannot do, each tested for real, with the fix. Ends with 7 if isolation fails."""
    from tre.adapters.sandbox import probe  # noqa: PLC0415

    found = probe()
    if cli.as_json:
        cli.show([{"name": c.name, "ok": c.ok, "detail": c.detail, "fix": c.fix} for c in found])
    else:
        for capability in found:
            mark = click.style("ok  ", fg="green") if capability.ok else click.style("no  ", fg="red")
            click.echo(f"{mark}  {capability.name}: {capability.detail}")
            if not capability.ok:
                click.echo(f"      {capability.fix}")
