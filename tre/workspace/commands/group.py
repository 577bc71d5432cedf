"""``tre`` inside a workspace or run: checking files, asking the airlock. All else is done outside."""

import importlib
from typing import Final

import click

from tre.core.errors import Unavailable
from tre.workspace.commands.console import Console, run_group

# Each is a module beside this one with a click command of the same name; loaded when it is asked for.
COMMANDS: Final = {
    "check": "Disclosure and personal data check of any files.",
    "model": "Fitted models on their way out.",
    "request": "Outputs on their way out.",
    "package": "Software that researchers ask for.",
}


class _Lazy(click.Group):
    """Loads a command's module only when it is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's
        if cmd_name not in COMMANDS:
            return None
        try:
            module = importlib.import_module(f"tre.workspace.commands.{cmd_name}")
        except ModuleNotFoundError as error:
            raise Unavailable(f"'tre {cmd_name}' needs the package '{error.name}', which is not here.") from error
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        with formatter.section("Commands in a workspace"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--json", "as_json", is_flag=True, help="Print data as JSON.")
@click.version_option(package_name="tre-toolkit")
@click.pass_context
def tre(ctx: click.Context, as_json: bool) -> None:
    """A workspace of a trusted research environment: check outputs, and send them to the airlock."""
    ctx.obj = Console(as_json=as_json)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and exit with its code."""
    run_group(tre, arguments)
