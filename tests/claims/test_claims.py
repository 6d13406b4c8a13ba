"""The claims under other conditions. Slow: run by ``make test-claims``.

Each must hold for base seeds that nobody has chosen, and each cause that is listed must carry the claims listed
under it: take it away and they fail, by their own assertion, with the evidence printed.
"""

import re
import secrets
import tomllib
from pathlib import Path

import pytest
from rerun import claimed, named, rerun

HERE = Path(__file__).parent
CHAPTERS = [path for path in sorted((HERE.parents[1] / "chapters").glob("*.ipynb")) if claimed(path)]
CAUSES = tomllib.loads((HERE / "causes.toml").read_text("utf8"))["cause"]
SEEDS = [secrets.randbelow(10**6) for _ in range(3)]


def prelude(condition):
    return f"import sys\nsys.path.insert(0, {str(HERE)!r})\nimport conditions\nconditions.{condition}"


@pytest.mark.parametrize("draw", range(3))
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_claims_hold_for_other_seeds(path, draw):
    outcome = rerun(path, prelude(f"base_seed({SEEDS[draw]})"))
    assert outcome.failed == [] and outcome.broken == [], f"base seed {SEEDS[draw]}"
    assert outcome.held == claimed(path)


@pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: f"{cause['page']}-{cause['removed']}")
def test_claims_fail_without_their_cause(cause):
    path = next(path for path in CHAPTERS if path.stem == cause["page"])
    outcome = rerun(path, prelude(f"{cause['removed']}()"))
    assert all(re.match(r"✗ C.+ \[measured .+\]", message) for message in outcome.failed)
    red = [message.removeprefix("✗ ") for message in outcome.failed]
    assert [name for name in cause["turns_red"] if not named(red, name)] == [], f"red: {red}"
    # A gradient of zero: a figure refuses it, and no claim rests on the figure. What else loses its meaning, the cause says.
    expected = ["as a logarithmic scale needs", *cause.get("undefined", [])]
    assert [error for _, error in outcome.broken if not any(words in error for words in expected)] == []
