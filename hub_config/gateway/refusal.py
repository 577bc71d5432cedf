"""A refusal, of a request or a response that goes no further: its status, and why in words for the person."""

from typing import Final

AIRLOCK: Final = "Files leave a workspace through the airlock: send a request with tre.request(...)."


class Refusal(Exception):
    """A request or an answer that is not passed on."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


def bad_request(what: str) -> Refusal:
    """400: a request as no browser writes it."""
    return Refusal(400, f"The gateway does not accept this request: {what}.")
