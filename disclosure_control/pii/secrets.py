"""Secrets and paths in any text of a file: keys, tokens, passwords, and folders that name a person.

The forms are those that their makers document; a password is any literal given to a name that says so.
"""

import re
from collections.abc import Sequence
from typing import Final

from disclosure_control.core.content import Text
from disclosure_control.core.finding import Finding, make_finding

_SECRETS: Final = re.compile(
    r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----"
    r"|\b(?:AKIA|ASIA)[0-9A-Z]{16}\b"
    r"|\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_[A-Za-z0-9_]{22,}\b|\bglpat-[A-Za-z0-9_-]{20,}"
    r"|\bxox[abprs]-[A-Za-z0-9-]{10,}|\bsk-[A-Za-z0-9_-]{20,}|\bAIza[0-9A-Za-z_-]{35}\b|\bhf_[A-Za-z0-9]{30,}\b"
    r"|\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}"
    r"|[a-z][a-z0-9+]{1,20}://[^\s:/@'\"]{1,64}:[^\s/@'\"]{3,128}@"
    r"|(?i:\b(?:password|passwd|pwd|secret|api_?key|access_?token|auth_?token|secret_?key)\b)[\"']?\s{0,3}[:=]\s{0,3}"
    r"[\"'][^\"'\s]{6,200}[\"']"
)
# One of these stands in every secret, in lower case; looked for first, since that is fast.
_MARKS: Final = (
    *("-----begin", "akia", "asia", "gh", "glpat-", "xox", "sk-", "aiza", "hf_", "eyj", "://"),
    *("passw", "pwd", "secret", "apikey", "api_key", "token"),
)
_PATHS: Final = re.compile(
    r"(?<![\w.])/(?:home|Users)/[A-Za-z0-9][\w.-]*|(?i:\b[a-z]:\\+(?:users|documents and settings)\\+)[\w.-]+"
    r"|\\\\[\w.-]+\\[\w.$-]+"
)
_PLAIN_HOMES: Final = re.compile(r"/(?:home|Users)/(?:jovyan|user|researcher|runner|shared|me|USER)\b")


def text_findings(texts: Sequence[Text]) -> list[Finding]:
    """Where secrets and telling paths stand; never what they are."""
    secrets = [text.where for text in texts if _holds_a_secret(text.text)]
    paths = [text.where for text in texts if _tells_a_path(text.text)]
    findings = [make_finding("code.secret", dict.fromkeys(secrets), places=len(secrets))] if secrets else []
    return findings + ([make_finding("code.path", dict.fromkeys(paths), places=len(paths))] if paths else [])


def _holds_a_secret(text: str) -> bool:
    lower = text.lower()
    return any(mark in lower for mark in _MARKS) and _SECRETS.search(text) is not None


def _tells_a_path(text: str) -> bool:
    if "\\" not in text and "/home/" not in text and "/Users/" not in text:
        return False
    return any(not _PLAIN_HOMES.match(match.group()) for match in _PATHS.finditer(text))
