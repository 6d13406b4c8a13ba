"""Seeded generators of data: the same ``rng`` gives the same data, and every task states its chance level.

``movies``     the running story of chapters 1 and 2: frames whose meaning depends on the scene
``shapes``     chapter 1's small pictures, which no linear read-out of the pixels can tell apart
``gap``        chapter 3's documents: a clue, a gap of filler, a question
``sentences``  chapter 4's small English: subjects, and the verbs and pronouns that agree with them
"""

from .gap import WORDS, GapTask, as_text, gap_documents, gap_symbols
from .movies import ACTIVITIES, SCENES, Movies, movies, shuffle_frames
from .sentences import GENDERS, NUMBERS, ROLES, VOCABULARY, Sentences, sentences, word_indices, words_of
from .shapes import SHAPES, Shapes, shapes

__all__ = [
    "ACTIVITIES", "GENDERS", "NUMBERS", "ROLES", "SCENES", "SHAPES", "VOCABULARY", "WORDS", "GapTask", "Movies", "Sentences", "Shapes",
    "as_text", "gap_documents", "gap_symbols", "movies", "sentences", "shapes", "shuffle_frames", "word_indices", "words_of",
]
