"""Every claim of the book rests on something: ``claims/causes.toml`` names a cause without which it fails, or says why there is none.

That it does fail is shown by ``make test-claims``.
"""

import tomllib
from collections import Counter
from pathlib import Path

import conditions
import pytest
from rerun import claimed, named

TESTS = Path(__file__).parent
LISTED = tomllib.loads((TESTS / "claims/causes.toml").read_text("utf8"))


def faults(claims, listed):
    """What is missing, doubled, unclear or out of date. ``claims``: {page: its claims}; ``listed``: what causes.toml holds."""
    exempt = listed.get("exempt", [])
    for (page, removed), count in Counter((cause["page"], cause["removed"]) for cause in listed["cause"]).items():
        if count > 1:
            yield f"{removed} is listed {count} times for {page}"
    for each in exempt:
        if not each["reason"].strip():
            yield f"{each['claim']} on {each['page']} is exempt without a reason"
    names = {(cause["page"], name) for cause in listed["cause"] for name in cause["turns_red"]}
    names |= {(each["page"], each["claim"]) for each in exempt}
    meant = {(page, name): named(claims.get(page, []), name) for page, name in sorted(names)}
    for (page, name), found in meant.items():
        if len(found) != 1:
            yield f"{name} means {len(found)} claims on {page}"
    for page in claims:
        found = {claim for (where, _), claims in meant.items() if where == page for claim in claims}
        yield from (f"{claim} on {page} has no cause" for claim in claims[page] if claim not in found)


def test_every_claim_has_its_cause():
    pages = sorted((TESTS.parent / "chapters").glob("*.ipynb"))
    assert list(faults({path.stem: [" ".join(claim) for claim in claimed(path)] for path in pages}, LISTED)) == []


def test_the_causes_are_the_conditions():
    own = [each for each in vars(conditions).values() if getattr(each, "__module__", None) in ("conditions", "rewritten")]
    written = {each.__name__ for each in own if not each.__name__.startswith("_")}
    assert {cause["removed"] for cause in LISTED["cause"]} == written - {"base_seed"}


CLAIMS = {"nine": ["C9.1 it holds", "C9.2 it is", "C9.2 it was"]}


@pytest.mark.parametrize("turns_red, exempt, expected", [
    (["C9.1", "C9.2 it is", "C9.2 it was"], {}, []),
    (["C9.1", "C9.2 it is"], {"C9.2 it was": "it is arithmetic"}, []),
    (["C9.1", "C9.2 it is"], {}, ["C9.2 it was on nine has no cause"]),
    (["C9.1", "C9.2"], {}, ["C9.2 means 2 claims on nine"]),
    (["C9.1", "C9.2 it is", "C9.2 it was", "C9.3"], {}, ["C9.3 means 0 claims on nine"]),
    (["C9.1", "C9.2 it is"], {"C9.2 it was": " "}, ["C9.2 it was on nine is exempt without a reason"]),
])
def test_faults_are_found(turns_red, exempt, expected):
    cause = {"page": "nine", "removed": "no_training", "turns_red": turns_red}
    exempt = [{"page": "nine", "claim": claim, "reason": reason} for claim, reason in exempt.items()]
    assert list(faults(CLAIMS, {"cause": [cause], "exempt": exempt})) == expected


def test_a_cause_listed_twice_is_found():
    cause = {"page": "nine", "removed": "no_training", "turns_red": ["C9.1", "C9.2 it is", "C9.2 it was"]}
    assert list(faults(CLAIMS, {"cause": [cause, cause]})) == ["no_training is listed 2 times for nine"]
