"""``python -m tre``: the command line, or in a sandbox the commands of a workspace, which are all that is there."""

from importlib.util import find_spec

from tre.workspace.client import in_workspace


def main() -> None:
    """Run the command line and exit with its code."""
    if in_workspace() or find_spec("tre.cli") is None:
        from tre.workspace.commands.group import main as command_line  # noqa: PLC0415
    else:
        from tre.cli import main as command_line  # noqa: PLC0415
    command_line()


if __name__ == "__main__":
    main()
