"""Seeded generators of data: the same ``rng`` gives the same data, and every task states its chance level.

``movies``     the running story of chapters 1 and 2: frames whose meaning depends on the scene
``shapes``     chapter 1's small pictures, which no linear read-out of the pixels can tell apart
``gap``        chapter 3's documents: a clue, a gap of filler, a question
``sentences``  chapter 4's small English: subjects, and the verbs and pronouns that agree with them
``counting``   strings such as aⁿbⁿ, which only a counter can continue
``signals``    spikes to be measured or made, periodic functions, the wave of a vowel
``digits``     scikit-learn's handwritten digits, row by row or pixel by pixel
``source_text``  the characters of Python's own library
"""

from .counting import SYMBOLS, Counting, counted, counting
from .digits import Digits, digits
from .gap import WORDS, GapTask, as_text, gap_documents, gap_symbols
from .movies import ACTIVITIES, SCENES, Movies, movies, shuffle_frames
from .sentences import GENDERS, NUMBERS, ROLES, VOCABULARY, Sentences, sentences, word_indices, words_of
from .shapes import SHAPES, Shapes, shapes
from .signals import VOWELS, WAVES, Signals, clock_bits, periodic, spike_delays, timed_spikes, vowel
from .source_text import CHARACTERS, SourceText, characters, source_text, text_of

__all__ = [
    "ACTIVITIES", "CHARACTERS", "GENDERS", "NUMBERS", "ROLES", "SCENES", "SHAPES", "SYMBOLS", "VOCABULARY", "VOWELS", "WAVES",
    "WORDS", "Counting", "Digits", "GapTask", "Movies", "Sentences", "Shapes", "Signals", "SourceText", "as_text", "characters",
    "clock_bits", "counted", "counting", "digits", "gap_documents", "gap_symbols", "movies", "periodic", "sentences", "shapes",
    "shuffle_frames", "source_text", "spike_delays", "text_of", "timed_spikes", "vowel", "word_indices", "words_of",
]
