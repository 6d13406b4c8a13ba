"""The book's assertions: a sentence about behaviour, checked where it stands."""


class ClaimError(AssertionError):
    """What was claimed is not what was measured."""


def claim(number, statement, holds, evidence):
    """Print a claim with what was measured, or raise if the measurement contradicts it.

    Parameters
    ----------
    number : str, as in "C3.1"
    statement : the claim in words, without trained numbers: it is compared strictly when the book is tested
    holds : bool, the claim as a condition on measured values
    evidence : str, the measured values; shown in brackets, which the tests do not compare

    Raises
    ------
    ClaimError : when ``holds`` is false; the message carries the evidence
    TypeError : when ``holds`` is no single truth value, ``evidence`` no text
    """
    if getattr(holds, "shape", ()) != () or not (holds is True or holds is False or hasattr(holds, "dtype")):
        raise TypeError(f"holds must be one truth value, got {holds!r}")
    if not isinstance(evidence, str) or not evidence or "]" in evidence or "\n" in evidence:
        raise TypeError(f"evidence must be one line of text without ']', got {evidence!r}")
    if not holds:
        raise ClaimError(f"✗ {number} {statement} [measured {evidence}]")
    print(f"✓ {number} {statement} [measured {evidence}]")
