"""The meter: nothing is shown that is not counted, and little is forgotten when the gateway is killed."""

import asyncio

import pytest

from hub_config.gateway.meter import MOST_UNSAVED, SAVING_BYTES, Meter
from hub_config.gateway.refusal import Refusal
from hub_config.process.egress_store import EgressStore


class Book:
    """The hub's count, with a limit."""

    def __init__(self, most: int = 10 * MOST_UNSAVED) -> None:
        self.shown, self.most = 0, most

    def note(self, person: str, size: int) -> tuple[int, int]:
        self.shown += size
        return self.shown, 2 if self.shown >= self.most else 1 if 2 * self.shown >= self.most else 0


def with_meter(folder, book, act):
    async def run() -> None:
        store = EgressStore(folder, book.note)
        await store.start()
        try:
            await act(Meter(folder))
        finally:
            await store.stop()

    asyncio.run(run())


@pytest.fixture
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("m")


def test_no_more_than_a_little_is_unsaved(folder):
    book = Book()

    async def act(meter):
        for _ in range(100):
            before = book.shown
            await meter.count("ana", MOST_UNSAVED // 3)
            assert book.shown - before in {0, 3 * (MOST_UNSAVED // 3), 4 * (MOST_UNSAVED // 3)}
        await meter.save()
        assert book.shown == 100 * (MOST_UNSAVED // 3)

    with_meter(folder, book, act)


def test_after_the_limit_only_work_is_saved_and_not_for_ever(folder):
    async def act(meter):
        await meter.count("ana", 20 * MOST_UNSAVED)
        with pytest.raises(Refusal) as error:
            await meter.check("ana")
        assert error.value.status == 429
        assert "tomorrow" in error.value.message
        await meter.check("ana", saving=True)
        await meter.count("ana", SAVING_BYTES)
        with pytest.raises(Refusal):
            await meter.check("ana", saving=True)

    with_meter(folder, Book(), act)


def test_a_new_meter_knows_what_was_shown_before(folder):
    book = Book(most=1)
    book.shown = 1

    async def act(meter):
        with pytest.raises(Refusal):
            await meter.check("ana")

    with_meter(folder, book, act)


def test_a_new_day_begins_with_the_store(folder):
    book = Book(most=100)

    async def act(meter):
        await meter.count("ana", 200)
        await meter.save()
        with pytest.raises(Refusal):
            await meter.check("ana")
        book.shown = 0
        await meter.check("ana")

    with_meter(folder, book, act)


def test_without_the_store_nothing_is_shown(folder):
    async def act() -> None:
        with pytest.raises(Refusal) as error:
            await Meter(folder).check("ana")
        assert error.value.status == 503

    asyncio.run(act())


def test_a_store_that_fails_shows_nothing(folder):
    class Broken(Book):
        def note(self, person, size):
            raise OSError("the disk is full")

    async def act(meter):
        with pytest.raises(Refusal):
            await meter.check("ana")
        with pytest.raises(Refusal):
            await meter.count("ana", 2 * MOST_UNSAVED)

    with_meter(folder, Broken(), act)
