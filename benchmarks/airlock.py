"""How fast the log is read at a million entries, and the queue with ten thousand requests.

python benchmarks/airlock.py [--entries 1000000] [--requests 10000] [--postgresql]

With ``--postgresql`` a cluster of Debian's PostgreSQL 15 is started for the run.
"""

import argparse
import contextlib
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert

from tests.stores import stores

sys.path.insert(0, str(Path(__file__).parent.parent))

from tests.airlock import Airlock
from tests.factories import file, vote
from tests.factories import request as a_request
from tests.postgres import cluster, fresh_database
from tre.adapters.database.database import WRITES
from tre.adapters.database.stores import _row
from tre.adapters.database.tables import AUDIT_ENTRY, AUDIT_HEAD, REQUEST
from tre.audit.chain import append, head_bytes
from tre.audit.events import Action, Event
from tre.audit.ports import EntryFilter
from tre.core import clock, digest

PIECE = 20_000


def fill_log(airlock: Airlock, entries: int) -> None:
    """Entries of 1,000 people and 20,000 requests, linked and signed as the log's own."""
    database, now = stores(airlock).database, clock.now()
    last = next(iter(database.page(EntryFilter(limit=1))))
    with database.engine.execution_options(**{WRITES: True}).begin() as connection:
        while last.number < entries:
            rows = []
            for _ in range(min(PIECE, entries - last.number)):
                n = last.number
                event = Event(
                    Action.REQUEST_FILE_VIEWED,
                    f"person-{n % 1000}",
                    f"req-{n % 20_000}",
                    now,
                    {"round": 1, "digest": "0" * 64},
                )
                last = append(event, last)
                rows.append({**last.__dict__, "details": digest.canonical_json(last.details).decode()})
            connection.execute(insert(AUDIT_ENTRY), rows)
        signature = stores(airlock).keys.sign(head_bytes(last.number, last.hash))
        connection.execute(AUDIT_HEAD.update().values(number=last.number, hash=last.hash, signature=signature))


def fill_queue(airlock: Airlock, requests: int) -> None:
    """Requests of five outputs, in review, some with a vote."""
    project, now = airlock.project(), clock.now()
    files = [file(name=f"table-{n}.csv", clean=str(n).encode()) for n in range(5)]
    voted = [vote(one, by="chidi") for one in files]
    rows = []
    for n in range(requests):
        made = a_request(files=files, votes=voted if n % 3 == 0 else ())
        at = clock.text(now - timedelta(minutes=n))
        rows.append(_row(replace(made, id=f"req-{n}", project=project.id, submitted_at=at)))
    with stores(airlock).database.engine.execution_options(**{WRITES: True}).begin() as connection:
        for start in range(0, requests, PIECE):
            connection.execute(insert(REQUEST), rows[start : start + PIECE])


def timed(name: str, act: Callable[[], object], times: int) -> None:
    """Print the median and the longest of several calls."""
    seconds = []
    for _ in range(times):
        started = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - started)
    print(f"{name:<58} median {statistics.median(seconds) * 1000:9.1f} ms   longest {max(seconds) * 1000:9.1f} ms")


@contextlib.contextmanager
def address(postgresql: bool) -> Iterator[str]:
    """The database of the run."""
    if not postgresql:
        yield ""
        return
    with cluster() as server:
        yield fresh_database(server)


def main() -> None:
    """Fill and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--postgresql", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="airlock-") as home, address(given.postgresql) as url:
        airlock = Airlock(Path(home), url).prepare()
        started = time.perf_counter()
        fill_log(airlock, given.entries)
        print(f"{given.entries:,} entries made in {time.perf_counter() - started:.0f} s, on {url[:10] or 'sqlite'}")
        page = stores(airlock).database.page
        timed("the newest 100 entries", lambda: page(EntryFilter()), 50)
        timed("100 from the middle", lambda: page(EntryFilter(before=given.entries // 2)), 50)
        timed("the newest 100 of one person", lambda: page(EntryFilter(actor="person-7")), 50)
        timed("all of one request", lambda: page(EntryFilter(subject="req-7")), 50)
        timed("none of a kind that never happened", lambda: page(EntryFilter(action="request.revoked")), 50)
        timed("one more entry, written", lambda: airlock.people and airlock.project(), 20)
        timed("the whole chain, verified", airlock.verify, 1)
        fill_queue(airlock, given.requests)
        timed(f"the queue with {given.requests:,} requests", lambda: airlock.reviews.queue("sofia"), 15)
        timed("the figures over them", lambda: airlock.reviews.figures("lea"), 15)
        timed("one request", lambda: airlock.requests.get("sofia", "req-5000"), 50)
        airlock.close()


if __name__ == "__main__":
    main()
