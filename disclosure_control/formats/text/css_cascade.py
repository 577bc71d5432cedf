"""Which elements of a page or drawing a style sheet's rules are for, by cssselect2."""

from collections.abc import Iterable, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element

import cssselect2

from disclosure_control.core.errors import Unreadable
from disclosure_control.formats.text.css import Declaration, Rule, hides
from disclosure_control.formats.text.css_visibility import RELEVANT

_MAX_RULES: Final = 20_000
_LETTERS: Final = (None, "first-line", "first-letter")  # parts of an element's own text; other parts hold none of it


class Cascade:
    """The rules of all style sheets of a page that can leave something unseen."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        """Take rules in the order in which they stand.

        Raises:
            Unreadable: there are more than are looked at.
        """
        self._matcher: Any = cssselect2.Matcher()
        self._rules = 0
        self.unknown = 0  # rules that hide what their selectors are for, which nobody can tell
        for rule in rules:
            declared = tuple(declaration for declaration in rule.declarations if declaration.name in RELEVANT)
            if declared:
                self._add(rule.selectors, declared)

    def _add(self, selectors: str, declared: tuple[Declaration, ...]) -> None:
        self._rules += 1
        if self._rules > _MAX_RULES:
            raise Unreadable("The style sheets have too many rules.", rule="artefact.too-big")
        try:
            compiled = cssselect2.compile_selector_list(selectors)
        except (cssselect2.SelectorError, ValueError, RecursionError):
            self._add_single(selectors, declared)
            return
        for selector in compiled:
            self._matcher.add_selector(selector, declared)

    def _add_single(self, selectors: str, declared: tuple[Declaration, ...]) -> None:
        """Take those selectors of a list that are known, one by one."""
        for single in selectors.split(","):
            try:
                for selector in cssselect2.compile_selector_list(single):
                    self._matcher.add_selector(selector, declared)
            except (cssselect2.SelectorError, ValueError, RecursionError):
                self.unknown += hides(declared) and "::" not in single

    def declarations(self, root: Element) -> dict[Element, list[Declaration]]:
        """What the style sheets say of each element of a tree, the strongest rule last.

        Raises:
            Unreadable: the tree is too deep for its selectors.
        """
        if not self._rules:
            return {}
        declared: dict[Element, list[Declaration]] = {}
        try:
            for wrapper in cssselect2.ElementWrapper.from_html_root(root).iter_subtree():
                matched: Sequence[Any] = self._matcher.match(wrapper)
                own = [declaration for _, _, part, payload in matched if part in _LETTERS for declaration in payload]
                if own:
                    declared[wrapper.etree_element] = own
        except RecursionError as error:
            raise Unreadable("The page is nested too deeply.", rule="artefact.too-big") from error
        return declared
