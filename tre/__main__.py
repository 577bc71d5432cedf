"""``python -m tre``: the command line."""

from tre.cli import main

if __name__ == "__main__":
    main()
