"""What a fitted model in a file says of the people it learnt from, judged by the policy.

A leaf of a tree is a cell of a table: so many people, so many of each class. The measures are those of SACRO-ML's
structural attack (k-anonymity, class disclosure, small groups, residual degrees of freedom), with the policy's own
thresholds; a model's numbers are its author's word until it is assessed on the data (``tre model assess``).
"""

from disclosure_control.core.content import Fitted
from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy

_HALF: float = 0.5  # a share times a whole number is whole but for rounding


def fitted_findings(model: Fitted, policy: Policy) -> list[Finding]:
    """What the policy says of a model.

    >>> from disclosure_control.core.content import Leaf
    >>> tree = Fitted("the model", parameters=3, people=100, leaves=(Leaf(96), Leaf(4)))
    >>> [finding.rule for finding in fitted_findings(tree, Policy())]
    ['model.small-leaf']
    """
    return [
        *_few_units(model, policy),
        *_small_groups(model, policy),
        *_class_disclosure(model, policy),
        *_degrees_of_freedom(model, policy),
    ]


def _few_units(model: Fitted, policy: Policy) -> list[Finding]:
    is_few = model.people is not None and model.people < policy.min_units
    return [make_finding("model.few-units", model.where)] if is_few else []


def _small_groups(model: Fitted, policy: Policy) -> list[Finding]:
    """Groups with too few people, and groups with enough of whom too few have one of the classes."""
    findings: list[Finding] = []
    small = sum(leaf.people < policy.min_units for leaf in model.leaves)
    if small:
        why = f"{small:,} of {len(model.leaves):,} groups of the model hold fewer than {policy.min_units} people."
        findings.append(make_finding("model.small-leaf", model.where, why, leaves=small))
    rare = sum(
        any(_HALF < count < policy.min_units - _HALF for count in leaf.classes)
        for leaf in model.leaves
        if leaf.people >= policy.min_units
    )
    if rare:
        why = f"In {rare:,} of {len(model.leaves):,} groups of the model fewer than {policy.min_units} have some class."
        todo = "Fit it with larger groups or fewer classes, or explain why the shares tell nothing of those few."
        findings.append(make_finding("model.small-group", model.where, why, todo=todo, leaves=rare))
    return findings


def _class_disclosure(model: Fitted, policy: Policy) -> list[Finding]:
    leaves = sum(leaf.same for leaf in model.leaves)
    if not leaves or not policy.group_disclosure:
        return []
    why = f"In {leaves:,} of {len(model.leaves):,} groups of the model everybody has one class or one value."
    return [make_finding("model.class-disclosure", model.where, why, leaves=leaves)]


def _degrees_of_freedom(model: Fitted, policy: Policy) -> list[Finding]:
    """Numbers learnt against people learnt from; the many trees of a forest are not fitted together."""
    if model.people is None or model.people - model.parameters >= policy.min_degrees_of_freedom:
        return []
    why = f"The model learnt {model.parameters:,} numbers from {model.people:,} people."
    outcome = Outcome.FAIL if model.members == 1 else Outcome.REVIEW
    return [make_finding("model.degrees-of-freedom", model.where, why, outcome=outcome)]
