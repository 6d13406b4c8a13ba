"""The one error a user of a study can mend: in its file, its folder or its settings."""


class StudyError(ValueError):
    """Says what is wrong, where, and what to do. Nothing that was stored is touched by it."""
