"""The page of the command line, from click's own commands: each with its usage, arguments and options."""

from collections.abc import Iterator

import click

from tre.cli import COMMANDS, tre
from tre.workspace.commands import package, request

_HEAD = """# The command line
Generated from the commands themselves (`python -m tests.docs`). What is printed for people goes to stderr, data to
stdout; `--json` before the noun prints data as JSON. [Exit codes](../operator.md#exit-codes).
"""
_INSIDE = """
## In a workspace
A workspace or run has `tre check` and `tre model` as above, and of the airlock what follows: it speaks through the
workspace's relay, for the person and project of the workspace. Nothing else of `tre` is there.
"""


def page() -> str:
    """Markdown of every command, nouns as sections, verbs below them."""
    inside = [*_command(request.request, "tre request", 2), *_command(package.package, "tre package", 2)]
    return "\n".join([_HEAD, *_command(tre, "tre", 0), _INSIDE, *inside])


def _command(command: click.Command, name: str, depth: int) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    if depth:
        yield f"\n{'#' * (depth + 1)} {name}\n"
        yield f"{_prose(command.help or COMMANDS.get(command.name or '', ''))}\n"
    yield f"```text\n{' '.join([name, *command.collect_usage_pieces(context)])}\n```\n"
    yield from _options(command, context)
    if isinstance(command, click.Group):
        for verb in command.list_commands(context):
            child = command.get_command(context, verb)
            if child is not None and not child.hidden:
                yield from _command(child, f"{name} {verb}", depth + 1)


def _options(command: click.Command, context: click.Context) -> Iterator[str]:
    rows = [record for one in command.get_params(context) if (record := _record(one, context))]
    if rows:
        yield "| option | meaning |\n|---|---|"
        yield from (f"| `{names.replace('|', chr(92) + '|')}` | {_cell(meaning)} |" for names, meaning in rows)


def _record(parameter: click.Parameter, context: click.Context) -> tuple[str, str] | None:
    """An option's names and meaning; None for ``--help``, which every command has, and for arguments of plain names."""
    record = None if "--help" in parameter.opts else parameter.get_help_record(context)
    return record if record and record[1] else None


def _prose(text: str) -> str:
    return "\n".join(line.strip() for line in text.replace("\b", "").splitlines())


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
