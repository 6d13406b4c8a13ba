"""The book's assertions: a sentence about behaviour, checked where it stands.

What a claim prints is also what the ledger of claims is made from.
"""

VERDICTS = ("holds", "holds with a condition", "does not hold")


class ClaimError(AssertionError):
    """What was claimed is not what was measured."""


def claim(number, statement, holds, evidence, *, n, chance=None, folklore=None, verdict=None):
    """Print a claim with what was measured, or raise if the measurement contradicts it.

    Parameters
    ----------
    number : str, as in "C3.1"
    statement : the claim in words, without trained numbers: it is compared strictly when the book is tested
    holds : bool, the claim as a condition on measured values
    evidence : str, the measured values, with intervals where seeds vary; shown in brackets, which the tests
        do not compare
    n : str, how many of what were measured, as in "8 seeds" or "40 steps, all entries"
    chance : str, what a guess would score, as in "1/8"; None where there is nothing to guess
    folklore : str, what is commonly said on the matter; None where nothing is
    verdict : what the measurement makes of the folklore, one of ``VERDICTS``

    Raises
    ------
    ClaimError : when ``holds`` is false; the message carries the evidence
    TypeError : when ``holds`` is no single truth value, or a text is no line of text
    ValueError : when ``folklore`` comes without its verdict or the reverse
    """
    if getattr(holds, "shape", ()) != () or not (holds is True or holds is False or hasattr(holds, "dtype")):
        raise TypeError(f"holds must be one truth value, got {holds!r}")
    if not isinstance(evidence, str) or not evidence or "]" in evidence or "\n" in evidence:
        raise TypeError(f"evidence must be one line of text without ']', got {evidence!r}")
    for name, text in (("n", n), ("chance", chance or "-"), ("folklore", folklore or "-")):
        if not isinstance(text, str) or not text or "\n" in text:
            raise TypeError(f"{name} must be one line of text, got {text!r}")
    if (folklore is None) != (verdict is None) or verdict not in (None, *VERDICTS):
        raise ValueError(f"verdict must be one of {VERDICTS} where folklore is given, and None elsewhere, got {verdict!r}")
    line = f"{number} {statement} [measured {evidence}]"
    if not holds:
        raise ClaimError(f"✗ {line}")
    print(f"✓ {line} n: {n}" + (f"; chance: {chance}" if chance else ""))
    if folklore:
        print(f"  Folklore: {folklore} → {verdict}")
