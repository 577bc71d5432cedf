"""Requests as an airlock in use has them, written straight into its store: for pages, benchmarks and pictures."""

import io
import json
import random
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from PIL import Image, ImageDraw

from disclosure_control.core.finding import Finding, make_finding
from disclosure_control.core.location import Location
from disclosure_control.core.outcome import Outcome
from disclosure_control.core.policy import Policy
from tests.factories import project
from tests.stores import stores
from tre.airlock.request import Code, FileKind, Group, HistoryEntry, Request, RequestFile
from tre.airlock.risk import risks_of
from tre.airlock.states import State, Step
from tre.app import Tre
from tre.audit.events import Action, Event
from tre.core import clock
from tre.core.digest import of_bytes
from tre.settings import Settings

PEOPLE = {
    "olga": ["operator"],
    "dana": ["data-manager"],
    "ravi": ["researcher"],
    "mei": ["researcher"],
    "chidi": ["checker"],
    "sofia": ["checker"],
    "yuki": ["checker"],
    "lena": ["lead"],
    "omar": ["data-owner"],
    "nina": ["researcher"],
}
COUNTS = (
    b"area,fair,good,poor,All\nEast,33,47,4,84\nNorth,38,64,21,123\n"
    b"South,29,52,18,99\nWest,45,71,26,142\nAll,145,234,69,448\n"
)
PAY = b"education,f,m\nprimary,410.2,455.9\nsecondary,512.7,560.1\ntertiary,690.0,[c]\n"
NOTEBOOK = {
    "cells": [
        {"cell_type": "markdown", "source": "# Health by area\nAs Thomas Whitfield asked, *with* margins."},
        {"cell_type": "code", "source": "pay = tre.load('earnings')\nlen(pay)", "outputs": [{"text": "4996\n"}]},
    ]
}
CODE = b"import tre\n\npay = tre.load('earnings')\n\n\ndef by_area(frame):\n    return frame.groupby('area').size()\n"


def installation(home: Path, **settings) -> Tre:
    """An installation with everybody in ``PEOPLE``, accredited, and the project "pay" of Ravi's."""
    app = Tre.open(Settings.load({}, home=home, **settings))
    until = clock.now().date() + timedelta(days=300)
    for person, roles in PEOPLE.items():
        app.people.add("setup" if person == "olga" else "olga", person, name=person.title(), roles=roles)
        app.people.accredit("olga", person, until)
    words = {"title": "Pay, health and the use of care", "purpose": "For the yearly report on work and health."}
    pay = replace(project(), policy=Policy.load("default").to_text(), **words)
    stores(app).projects.save_project(pay, Event(Action.PROJECT_CLOSED, "dana", "pay", clock.now()))
    return app


def found(rule: str, where: Location, outcome: Outcome | None = None) -> Finding:
    """A finding in the rule's own words."""
    return make_finding(rule, where, outcome=outcome)


def picture() -> bytes:
    """A bar chart."""
    image = Image.new("RGB", (640, 320), "white")
    draw = ImageDraw.Draw(image)
    for i, count in enumerate((84, 123, 99, 142)):
        draw.rectangle((60 + i * 140, 290 - count * 1.8, 160 + i * 140, 290), fill="#2b6cb0")
    sink = io.BytesIO()
    image.save(sink, "PNG")
    return sink.getvalue()


def file(app: Tre, name: str, data: bytes, media_type: str, *findings: Finding, **more) -> RequestFile:
    """A file of a request, its bytes in the vault."""
    outcome = max((one.outcome for one in findings), default=Outcome.PASS)
    clean = stores(app).vault.put(data)
    return RequestFile(name, of_bytes(data), len(data), outcome, findings, clean, media_type, **more)


def submit(app: Tre, request: Request) -> Request:
    """Write a request into the store."""
    details = {"project": request.project, "round": request.round, "files": {}}
    event = Event(Action.REQUEST_SUBMITTED, request.author, request.id, clock.now(), details)
    request = replace(request, risks=risks_of(request))
    stores(app).requests.add_request(request, event)
    return request


def sample(app: Tre, identifier: str = "req-1", *, state: State = State.IN_REVIEW, **more) -> Request:
    """A request with a file of every kind, in two groups."""
    files = (
        file(
            app,
            "health-by-area.csv",
            COUNTS,
            "text/csv",
            found("table.threshold", Location(labels=(("area", "East"), ("health", "poor")))),
            statbarn="frequencies",
            verified=True,
            group="tables",
        ),
        file(
            app, "pay-by-education.csv", PAY, "text/csv", statbarn="linear aggregations", verified=True, group="tables"
        ),
        file(app, "areas.png", picture(), "image/png", statbarn="frequencies", verified=True, group="tables"),
        file(
            app,
            "method.ipynb",
            json.dumps(NOTEBOOK).encode(),
            "application/x-ipynb+json",
            found("pii.person", Location(cell=1, line=2), Outcome.REVIEW),
            group="how it was made",
        ),
        file(app, "by_area.py", CODE, "text/plain", kind=FileKind.CODE, group="how it was made"),
    )
    now = clock.now()
    submitted = now - timedelta(hours=30)
    made = Request(
        id=identifier,
        project="pay",
        author="ravi",
        title="Pay and health by area",
        context="Tables for chapter 3 of the yearly report on work and health. They describe people in work.",
        submitted_at=clock.text(submitted),
        files=files,
        code=(Code("analysis.py", stores(app).vault.put(CODE), len(CODE)),),
        state=state,
        groups=(
            Group("tables", "Tables and a figure for chapter 3.", "Cells of fewer than 10 people are suppressed."),
            Group("how it was made", "For readers who want to repeat it.", "Holds no figures of people."),
        ),
        policy_digest="sha256:ff5a624cd69368dd21e9a06996f0a41d071ffc59",
        history=(HistoryEntry(clock.text(submitted), "system", Step.CHECK, State.IN_REVIEW, 1),),
    )
    return submit(app, replace(made, **more))


def many(app: Tre, count: int, *, author: str = "ravi", seed: int = 1) -> None:
    """Many requests of one small file each, most of them waiting."""
    chance = random.Random(seed)  # noqa: S311 - a draw, not a secret
    one = file(app, "table.csv", PAY, "text/csv", verified=True)
    bad = file(
        app,
        "table.csv",
        COUNTS,
        "text/csv",
        found("table.threshold", Location(labels=(("area", "East"), ("health", "poor")))),
    )
    states = [State.IN_REVIEW] * 7 + [State.APPROVED, State.RETURNED, State.RELEASED]
    now = clock.now()
    for i in range(count):
        submitted = now - timedelta(hours=chance.expovariate(1 / 30))
        title = f"{chance.choice(('Pay', 'Health', 'Visits'))} by {chance.choice(('area', 'age'))}, part {i + 1}"
        submit(
            app,
            Request(
                id=f"req-{i:06d}",
                project="pay",
                author=author,
                title=title,
                context="For the yearly report.",
                submitted_at=clock.text(submitted),
                files=(chance.choice((one, one, bad)),),
                state=chance.choice(states),
            ),
        )
