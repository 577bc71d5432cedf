"""Every error has its own exit code, and the docstring's tree says the same."""

import re

from tre.core import errors
from tre.core.errors import TreError


def test_the_drawn_tree_is_the_tree():
    drawn = dict(re.findall(r"(\w+)\s+(\d+)", errors.__doc__))
    classes = [TreError, *TreError.__subclasses__()]
    ours = {kind.__name__: str(kind.exit_code) for kind in classes if kind.__module__ == errors.__name__}
    assert ours == {name: drawn[name] for name in ours}
    assert len(set(ours.values())) == len(ours)
