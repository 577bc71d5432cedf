from pathlib import Path

from disclosure_control.core.rules.registry import RULES, rules, rules_page

DOCS = Path(__file__).parents[5] / "docs" / "rules.md"


def test_the_page_of_rules_is_the_table_in_the_code() -> None:
    assert DOCS.read_text(encoding="utf-8") == rules_page()


def test_every_rule_has_a_stable_id_a_meaning_and_a_next_step() -> None:
    everything = list(rules())
    assert len(everything) == len(RULES)
    for rule in everything:
        assert rule.id.count(".") == 1
        assert rule.meaning.endswith(".")
        assert rule.todo.endswith(".")
