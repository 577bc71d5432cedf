"""Pseudonyms: keyed, stable within a project, unrelated between projects."""

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from tre.catalogue.pseudonyms import project_key, pseudonyms
from tre.core.ids import ProjectId

MASTER = bytes(range(32))


def independent(master: bytes, project: str, identifier: str) -> str:
    """The same by the definition in the module's docstring, written again."""
    key = hmac.new(master, f"{project}\x1fperson".encode(), hashlib.sha256).digest()
    return "v1:" + hmac.new(key, f"person\x1f{identifier}".encode(), hashlib.sha256).hexdigest()[:32]


@given(st.lists(st.text(alphabet="0123456789abcdef", min_size=1), max_size=20))
def test_they_are_what_the_definition_says(identifiers):
    key = project_key(MASTER, ProjectId("pay"), "person")
    assert pseudonyms(key, "person", identifiers) == [independent(MASTER, "pay", item) for item in identifiers]


def test_projects_domains_and_keys_are_apart():
    names = [str(number) for number in range(100)]
    made = [
        set(pseudonyms(project_key(master, ProjectId(project), domain), domain, names))
        for master in (MASTER, bytes(32))
        for project in ("pay", "health")
        for domain in ("person", "business")
    ]
    assert len(set.union(*made)) == 8 * 100
