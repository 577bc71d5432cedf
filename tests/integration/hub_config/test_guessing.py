"""Guessing at names and passwords from one address: the address has to wait afterwards, and no other has."""

import pytest

from tests.hub import PASSWORD

pytestmark = pytest.mark.sandbox


def test_an_address_that_a_client_claims_does_not_let_it_guess_on(hub):
    # The loopback network has many addresses; the other tests come from the first.
    def guess(number: int) -> int:
        claimed = {"X-Forwarded-For": f"10.9.9.{number}", "X-Real-Ip": f"10.9.9.{number}"}
        return hub.log_in(f"name{number}", "a-guess", address="127.0.0.9", **claimed).status_code

    assert [guess(number) for number in range(32)] == [403] * 30 + [429] * 2
    assert hub.log_in("cleo", PASSWORD, address="127.0.0.9").status_code == 429
    assert hub.log_in("cleo", PASSWORD, address="127.0.0.10").status_code == 302
