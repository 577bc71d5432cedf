"""What a rule is: the words that every finding of it uses."""

from dataclasses import dataclass

from disclosure_control.core.outcome import Outcome


@dataclass(frozen=True)
class Rule:
    """One rule: ``outcome`` is what a finding of this rule says unless the check has a reason to differ."""

    id: str
    outcome: Outcome
    meaning: str
    todo: str
