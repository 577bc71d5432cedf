"""``tre up``: the TRE on this machine. The hub is another package, so it is started as a program of its own."""

import os
import sys
from importlib.util import find_spec

import click

from tre.cli.context import Cli


@click.command()
@click.option("--demo", is_flag=True, help="Add the demo's people, datasets and projects first, if they are missing.")
@click.pass_obj
def up(cli: Cli, demo: bool) -> None:
    """The TRE on this machine: hub, proxy, airlock; Ctrl-C stops all of it."""
    if find_spec("jupyterhub") is None:
        raise ModuleNotFoundError("JupyterHub is not installed.", name="jupyterhub")
    if demo:
        from tre.demo.journey import PASSWORD, PEOPLE, prepare  # noqa: PLC0415

        prepare(cli.app, cli.say)
        for person, (name, roles) in PEOPLE.items():
            cli.say(f"  log in as {person:<6} {name}, {', '.join(roles)}")
        cli.say(f"  with the password: {PASSWORD}")
    os.execv(sys.executable, [sys.executable, "-m", "hub_config", "up"])  # noqa: S606 - our own interpreter and module
