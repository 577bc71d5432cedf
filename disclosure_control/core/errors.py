"""What this package refuses or cannot do, as one tree.

    DisclosureError
    ├── BadPolicy        a policy file or threshold that cannot be used
    ├── BadTable         a frame, column or argument that cannot be judged
    ├── NotProtectable   no set of suppressed cells protects this table
    ├── BadEvidence      evidence that does not have the form this package writes
    ├── Unreadable       a file whose bytes are not what its name says, or cannot be parsed to the end
    └── MissingExtra     a library that an optional part needs is not installed

A message says what failed, where, and the next step. It never carries a person's value: category labels and column
names, which the author chose, are the most it shows.
"""


class DisclosureError(Exception):
    """The root of this package's errors.

    Args:
        message: what failed, and where.
        hint: the next step.
    """

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class BadPolicy(DisclosureError):
    """A policy file or threshold that cannot be used."""


class BadTable(DisclosureError):
    """A frame, column or argument that cannot be judged."""


class NotProtectable(DisclosureError):
    """No set of suppressed cells protects this table."""


class BadEvidence(DisclosureError):
    """Evidence that does not have the form this package writes."""


class Unreadable(DisclosureError):
    """A file whose bytes are not what its name says, or that cannot be parsed to the end.

    Args:
        message: what failed, and where.
        rule: the rule of the finding that this becomes.
        hint: the next step.
        todo: what its author can do, where that is not what the rule says.
    """

    def __init__(self, message: str, *, rule: str = "artefact.unreadable", hint: str = "", todo: str = "") -> None:
        super().__init__(message, hint=hint)
        self.rule = rule
        self.todo = todo


class MissingExtra(DisclosureError):
    """A library that an optional part needs is not installed.

    Args:
        library: its name.
        extra: the extra of this distribution that brings it.
    """

    def __init__(self, library: str, extra: str) -> None:
        super().__init__(f"{library} is not installed.", hint=f"Install tre-toolkit[{extra}].")
        self.extra = extra
