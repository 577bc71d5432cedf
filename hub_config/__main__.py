"""``python -m hub_config up``: what ``tre up`` becomes."""

import sys

from hub_config.up import run
from tre.core.errors import BadInput, TreError
from tre.settings import Settings


def main(arguments: list[str]) -> int:
    """Run the command; its exit status."""
    try:
        if arguments != ["up"]:
            raise BadInput("The only command here is 'up'.", hint="Run: python -m hub_config up")
        return run(Settings.load())
    except TreError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
