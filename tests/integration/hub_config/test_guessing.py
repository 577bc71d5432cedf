"""Guessing at names and passwords from one address, at a hub of its own: the address has to wait afterwards."""


def test_an_address_that_a_client_claims_does_not_let_it_guess_on(fresh_hub):
    def guess(number: int) -> int:
        claimed = {"X-Forwarded-For": f"10.9.9.{number}", "X-Real-Ip": f"10.9.9.{number}"}
        return fresh_hub.log_in(f"name{number}", "a-guess", **claimed).status_code

    assert [guess(number) for number in range(32)] == [403] * 30 + [429] * 2
