"""How fast the airlock's pages answer: ``python benchmarks/desk.py [--requests 10000] [--people 50]``.

Three measurements over a real server on loopback: the queue with many requests, a request's page and the first rows of
a table of a million rows, and many people at once, each of whom reads the queue, a request, its rows, and votes.
"""

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx

from tre.app import Tre
from tre.core import clock
from tre.core.people import Role

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.desk import serving
from tests.furnished import file, installation, many, sample


def million() -> bytes:
    """A table of a million rows and five columns."""
    lines = (f'{i},E0{i % 3000},{i % 97 * 5},{i * 1.5},"x, {i % 7}"\n' for i in range(1_000_000))
    return ("id,area,n,pay,label\n" + "".join(lines)).encode()


def seconds(act: Callable[[], httpx.Response]) -> float:
    """How long one answer takes; it must be a good one."""
    started = time.perf_counter()
    act().raise_for_status()
    return time.perf_counter() - started


def told(what: str, found: list[float]) -> None:
    """One line of the result."""
    ordered = sorted(found)
    p95 = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    print(f"| {what} | {statistics.median(found) * 1e3:,.0f} | {p95 * 1e3:,.0f} | {len(found)} |")


def person_at_work(address: str, person: str, seen: list[tuple[str, float, int]], rounds: int) -> None:
    """What one of many does at once."""
    with httpx.Client(base_url=address, headers={"x-test-person": person}, timeout=120) as browser:
        for turn in range(rounds):
            for what in (
                "",
                "requests/req-1",
                f"requests/req-1/rows/big.csv?start={turn * 1000}&count=100",
                "requests/req-1/frame/areas.png",
            ):
                started = time.perf_counter()
                status = browser.get(what).status_code
                seen.append((what.split("?")[0] or "queue", time.perf_counter() - started, status))


def alone(browser: httpx.Client) -> None:
    """What one person waits for."""
    first = [seconds(lambda: browser.get("requests/req-1"))]
    first += [seconds(lambda: browser.get("requests/req-1/about/big.csv"))]
    first += [seconds(lambda: browser.get("requests/req-1/rows/big.csv?start=0&count=60"))]
    told("first rows of a million, never read before: page, header and rows", [sum(first)])
    told("the same rows at another place", [seconds(_rows(browser, i)) for i in range(30)])
    told("the queue", [seconds(lambda: browser.get("")) for _ in range(15)])
    told("the queue, page 7, filtered", [seconds(lambda: browser.get("?risk=high&queue=7")) for _ in range(15)])
    told("a request's page", [seconds(lambda: browser.get("requests/req-1")) for _ in range(30)])
    told("sorting the million", [seconds(lambda: browser.get("requests/req-1/rows/big.csv?sort=3&descending=true"))])


def together(address: str, people: int, rounds: int) -> None:
    """What many at once wait for, and whether anybody is refused."""
    seen: list[tuple[str, float, int]] = []
    workers = [
        threading.Thread(target=person_at_work, args=(address, f"checker-{i}", seen, rounds)) for i in range(people)
    ]
    started = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    took = time.perf_counter() - started
    told(f"{people} people at once, any answer", [one for _, one, _ in seen])
    print(f"\nStatuses: {dict(Counter(status for *_, status in seen))} in {took:.1f} s.")


def prepared(folder: Path, requests: int, people: int) -> Tre:
    """An installation with many requests, one with a table of a million rows, and many checkers."""
    app = installation(folder)
    table = sample(app, "req-0")
    sample(app, "req-1", files=(*table.files, file(app, "big.csv", million(), "text/csv")))
    many(app, requests)
    until = clock.now().date() + timedelta(days=300)
    for i in range(people):
        app.people.add("olga", f"checker-{i}", name=f"Checker {i}", roles=[Role.CHECKER])
        app.people.accredit("olga", f"checker-{i}", until)
    return app


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=4)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = prepared(Path(folder), options.requests, options.people)
        print(
            f"{options.requests:,} requests\n\n| what | median, ms | 95th percentile, ms | times |\n|---|---|---|---|"
        )
        with serving(app) as address:
            with httpx.Client(base_url=address, headers={"x-test-person": "chidi"}, timeout=120) as browser:
                alone(browser)
            together(address, options.people, options.rounds)


def _rows(browser: httpx.Client, i: int) -> Callable[[], httpx.Response]:
    return lambda: browser.get(f"requests/req-1/rows/big.csv?start={i * 30_000}&count=60")


if __name__ == "__main__":
    main()
