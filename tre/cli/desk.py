"""``tre desk``: what checkers, leads and data owners do with requests."""

import click

from tre.airlock.request import Audience, Request
from tre.cli.context import Cli


@click.group()
def desk() -> None:
    """Requests that wait, and what is done with them."""


@desk.command()
@click.pass_obj
def queue(cli: Cli) -> None:
    """What waits: late first, then by risk, then the oldest first."""
    rows = [
        {
            "request": row.summary.id,
            "state": row.summary.state.value,
            "round": row.summary.round,
            "risk": row.summary.risk.label,
            "waits_h": round(row.waits_s / 3600, 1),
            "late": row.late,
            "claimed": list(row.summary.claimed_by),
            "finished": len(row.summary.finished_by),
            "title": row.summary.title,
        }
        for row in cli.app.reviews.queue(cli.person)
    ]
    cli.show(rows, empty="Nothing waits.")


@desk.command()
@click.pass_obj
def figures(cli: Cli) -> None:
    """Waiting times, outcomes, grounds and load, for leads."""
    result = cli.app.reviews.figures(cli.person)
    cli.show(
        {
            "by_state": [f"{state} {number}" for state, number in sorted(result.by_state.items())],
            "late": result.late,
            "first_review_h": [round(value / 3600, 2) for value in result.first_review_s or ()],
            "decision_h": [round(value / 3600, 2) for value in result.decision_s or ()],
            "grounds": [f"{ground} {number}" for ground, number in sorted(result.grounds.items())],
            "votes": [f"{person} {number}" for person, number in sorted(result.votes_by.items())],
            "open_claims": [f"{person} {number}" for person, number in sorted(result.open_claims.items())],
        }
    )


@desk.command()
@click.argument("request")
@click.pass_obj
def claim(cli: Cli, request: str) -> None:
    """Take REQUEST, so that others know it is looked at."""
    _show(cli, cli.app.reviews.claim(cli.person, request))


@desk.command()
@click.argument("request")
@click.argument("checker")
@click.pass_obj
def assign(cli: Cli, request: str, checker: str) -> None:
    """Give REQUEST to CHECKER; a lead does this."""
    _show(cli, cli.app.reviews.assign(cli.person, request, checker))


@desk.command(name="hand-back")
@click.argument("request")
@click.option("--checker", default="", help="Whose claim to end; by default yours.")
@click.pass_obj
def hand_back(cli: Cli, request: str, checker: str) -> None:
    """End a claim."""
    _show(cli, cli.app.reviews.hand_back(cli.person, request, checker))


@desk.command()
@click.argument("request")
@click.argument("text")
@click.option("--file", default="", help="The file that it is about.")
@click.option("--cell", default="", help="The place in the file.")
@click.option("--group", default="", help="The group that it is about.")
@click.option("--checkers-only", is_flag=True, help="Not for the author.")
@click.pass_obj
def comment(cli: Cli, request: str, text: str, file: str, cell: str, group: str, checkers_only: bool) -> None:
    """Write a comment. Other checkers read it when their review is done, the author when the round is over."""
    audience = Audience.CHECKERS if checkers_only else Audience.PUBLIC
    _show(cli, cli.app.reviews.comment(cli.person, request, text, audience=audience, group=group, file=file, cell=cell))


@desk.command(name="owner-decide")
@click.argument("request")
@click.argument("dataset")
@click.argument("decision", type=click.Choice(["approve", "refuse"]))
@click.option("--reason", default="", help="Needed to refuse.")
@click.pass_obj
def owner_decide(cli: Cli, request: str, dataset: str, decision: str, reason: str) -> None:
    """The owner of DATASET approves this round of REQUEST, or refuses it."""
    approves = decision == "approve"
    _show(cli, cli.app.reviews.owner_decide(cli.person, request, dataset, approves=approves, reason=reason))


def _show(cli: Cli, changed: Request) -> None:
    claimed = [item.checker for item in changed.claims]
    cli.show({"request": changed.id, "state": changed.state.value, "round": changed.round, "claimed": claimed})
