"""Plain text, logs, Markdown and code."""

from collections.abc import Iterator

from tests.corpus.case import MARKER, NHS, Case

KEY = "AKIA" + "Q3EGRJ7XVYZ2A5BC"


def leaks() -> Iterator[Case]:
    for ending in ("txt", "md", "log"):
        yield Case(f"nhs.{ending}", f"The study\nsaw patient {NHS} twice.\n".encode(), "pii.nhs-number", "line 2")
    unseen = "A line\nwith \u200b\u2062hidden\U000f0001 marks\n".encode()
    yield Case("unseen.txt", unseen, "artefact.hidden-content", "line 2", hidden=True)
    yield Case("mail.log", b"2024-01-01 loaded for ann.example@nhs.net\n", "pii.email", "line 1")
    yield Case("secret.py", f'import os\nkey = "{KEY}"\n'.encode(), "code.secret", "line 2")
    yield Case("password.r", b'con <- dbConnect(password = "hunter2hunter2")\n', "code.secret", "line 1")
    yield Case("path.py", b"import pandas as pd\npd.read_csv('/home/asmith2/patients.csv')\n", "code.path", "line 2")
    values = ", ".join(str(1000 + 7 * i) for i in range(90))
    yield Case("literals.py", f"import numpy\nx = [{values}]\n".encode(), "code.literals", "line 2")
    numbers = [(i, 1000 + 7 * i) for i in range(70)]
    for ending, source in {
        "r": "fit <- lm(a ~ b)\nd <- rbind(" + ", ".join(f"c({a}, -{b})" for a, b in numbers) + ")\n",
        "sql": "SELECT 1" + "".join(f"\nUNION ALL SELECT {a}, 'p{b}'" for a, b in numbers) + ";\n",
        "do": "clear\ninput id pay\n" + "\n".join(f"{a} {b}" for a, b in numbers) + "\nend\n",
        "sas": "data a;\ninput x y;\ndatalines;\n" + "\n".join(f"{a} {b}" for a, b in numbers) + "\n;\nrun;\n",
        "jl": "using GLM\nx = [" + " ".join(str(b) for _, b in numbers) + "]\n",
        "js": "let n = 0\nconst x = [" + ", ".join(f"{{id: {a}, pay: {b}}}" for a, b in numbers) + "]\n",
    }.items():
        yield Case(f"literals.{ending}", source.encode(), "code.literals", "line ")
    said = "\n".join(f"# {a} {b}" for a, b in numbers)
    yield Case("comments.py", f"import numpy\n{said}\n".encode(), "code.literals", "line 2")
    yield Case("nhs.sql", b"SELECT * FROM p WHERE nhs = '943 476 5919'\n", "pii.nhs-number", "line 1")
    yield Case("key.yaml", b"-----BEGIN RSA PRIVATE KEY-----\nabc\n", "code.secret", "line 1")
    yield Case(
        "escape.txt",
        f"plain\x1b[8m{MARKER}\x1b[0m\n".encode(),
        "artefact.hidden-content",
        "line 1 (not shown)",
        hidden=True,
    )


def twins() -> Iterator[Case]:
    yield Case("clean.txt", b"The model was fitted to 1,240 people in three areas.\n")
    yield Case("clean.md", b"# Results\n\nMean age was 41.2 (SD 11.3) in 250 people.\n")
    yield Case("clean.log", b"2024-01-01 10:00:00 INFO fitted model, AIC 1234.5\n")
    yield Case("clean.py", b"import statsmodels.api as sm\n\nfit = sm.OLS(y, x).fit()\nprint(fit.summary())\n")
    yield Case("clean.r", b"fit <- lm(pay ~ age + area, data = view)\nsummary(fit)\n")
    yield Case("clean.sql", b"SELECT area, count(*) FROM view GROUP BY area HAVING count(*) >= 10;\n")
