"""Every claim of the book rests on something: ``claims/causes.toml`` names a cause without which it fails, or says why there is none.

That they do fail is shown by ``make test-claims``.
"""

import importlib.util
import tomllib
from collections import Counter
from pathlib import Path

import ledger
import pytest

HERE = Path(__file__).parent / "claims"
LISTED = tomllib.loads((HERE / "causes.toml").read_text("utf8"))


def faults(claims, listed):
    """What is missing, doubled or of no use. ``claims``: (page, number) of all there are; ``listed``: what causes.toml holds."""
    carried = {(cause["page"], number) for cause in listed["cause"] for number in cause["turns_red"]}
    spared = {(each["page"], each["number"]) for each in listed.get("exempt", [])}
    for (page, removed), count in Counter((cause["page"], cause["removed"]) for cause in listed["cause"]).items():
        if count > 1:
            yield f"{removed} is listed {count} times for {page}"
    for page, number in sorted(claims - carried - spared):
        yield f"{number} on {page} has no cause"
    for page, number in sorted((carried | spared) - claims):
        yield f"{number} is not on {page}"
    for page, number in sorted(carried & spared):
        yield f"{number} on {page} has a cause and is exempt"
    for each in listed.get("exempt", []):
        if not each["reason"].strip():
            yield f"{each['number']} on {each['page']} is exempt without a reason"


def test_every_claim_has_its_cause():
    assert list(faults({(claim.page, claim.number) for claim in ledger.all_claims()}, LISTED)) == []


def test_every_cause_is_a_condition():
    spec = importlib.util.spec_from_file_location("conditions", HERE / "conditions.py")
    conditions = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(conditions)
    causes = {name for name in vars(conditions) if callable(getattr(conditions, name)) and not name.startswith("_")}
    assert {cause["removed"] for cause in LISTED["cause"]} <= causes


@pytest.mark.parametrize("turns_red, exempt, expected", [
    (["C9.1", "C9.2"], [], []),
    (["C9.1"], [("C9.2", "it is arithmetic")], []),
    (["C9.1"], [], ["C9.2 on nine has no cause"]),
    (["C9.1", "C9.2", "C9.3"], [], ["C9.3 is not on nine"]),
    (["C9.1"], [("C9.2", "it is arithmetic"), ("C9.3", "it was")], ["C9.3 is not on nine"]),
    (["C9.1", "C9.2"], [("C9.2", "it is arithmetic")], ["C9.2 on nine has a cause and is exempt"]),
    (["C9.1"], [("C9.2", " ")], ["C9.2 on nine is exempt without a reason"]),
])
def test_faults_are_found(turns_red, exempt, expected):
    listed = {"cause": [{"page": "nine", "removed": "no_training", "turns_red": turns_red}],
              "exempt": [{"page": "nine", "number": number, "reason": reason} for number, reason in exempt]}
    assert list(faults({("nine", "C9.1"), ("nine", "C9.2")}, listed)) == expected


def test_a_cause_listed_twice_is_found():
    cause = {"page": "nine", "removed": "no_training", "turns_red": ["C9.1"]}
    assert list(faults({("nine", "C9.1")}, {"cause": [cause, cause]})) == ["no_training is listed 2 times for nine"]
