"""The exercises of chapter 3."""

EXERCISES = {}
