"""The rules as pictures and tables for the documentation, drawn from the tables that decide."""

from tre.airlock.permissions import NEEDS
from tre.airlock.risk import RISKS
from tre.airlock.states import ALLOWED_WHILE_STOPPED, ENDED, TRANSITIONS, State, Step, Who


def mermaid() -> str:
    """The moves as a Mermaid state diagram; steps that leave the state as it is stand in ``permissions_table``."""
    name = {state: state.value.replace(" ", "_") for state in State}
    lines = ["stateDiagram-v2", f"    [*] --> {name[State.SUBMITTED]}: submit (author)"]
    lines += [
        f"    {name[origin]} --> {name[row.to]}: {step} ({' or '.join(row.who)})"
        for (origin, step), row in TRANSITIONS.items()
        if row.to is not origin or step is Step.REVIEW
    ]
    ended = [state for state in State if state in ENDED and not any(origin is state for origin, _ in _moves())]
    return "\n".join([*lines, *(f"    {name[state]} --> [*]" for state in ended)]) + "\n"


def permissions_table() -> str:
    """Steps × people × states in Markdown: a cell says to which state the step leads, empty means refused."""
    head = ["step", "by", *(state.value for state in State), "while stopped"]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for step in Step:
        for who in Who:
            cells = [_cell(state, step, who) for state in State]
            if any(cells):
                stopped = "yes" if step in ALLOWED_WHILE_STOPPED else ""
                lines.append("| " + " | ".join([step.value, who.value, *cells, stopped]) + " |")
    return "\n".join(lines) + "\n"


def people_table() -> str:
    """What each word for people needs, in Markdown."""
    return "\n".join(["| word | who that is |", "|---|---|", *(f"| {who} | {NEEDS[who]} |" for who in Who)]) + "\n"


def risks_table() -> str:
    """What makes a request one of which risk, in Markdown."""
    rows = (f"| {name} | {row.level.label} |" for name, row in RISKS.items())
    return "\n".join(["| what | risk |", "|---|---|", *rows]) + "\n"


def _cell(state: State, step: Step, who: Who) -> str:
    row = TRANSITIONS.get((state, step))
    if row is None or who not in row.who:
        return ""
    return "stays" if row.to is state else row.to.value


def _moves() -> list[tuple[State, Step]]:
    return [key for key, row in TRANSITIONS.items() if row.to is not key[0]]
