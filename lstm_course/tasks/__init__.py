"""Seeded generators of data: the same ``rng`` gives the same data, and every task states its chance level.

``movies``     the running story of chapters 1 and 2: frames whose meaning depends on the scene
``shapes``     chapter 1's small pictures, which no linear read-out of the pixels can tell apart
``gap``        chapter 3's documents: a clue, a gap of filler, a question
``sentences``  chapter 4's small English: subjects, and the verbs and pronouns that agree with them
``counting``   strings such as aⁿbⁿ, which only a counter can continue
``signals``    spikes to be measured or made, periodic functions, the wave of a vowel
``digits``     scikit-learn's handwritten digits, row by row or pixel by pixel
``source_text``  the characters of Python's own library
``adding``, ``copying``, ``latch``, ``long_lag``, ``reber``, ``temporal_order``  the classic tests of a long memory
"""

from .adding import AddingTask, adding
from .copying import CopyTask, copying, memoryless_loss
from .counting import COUNT_SYMBOLS, Counting, counted, counting
from .digits import Digits, digits
from .gap import WORDS, GapTask, as_text, gap_documents, gap_symbols
from .latch import LatchTask, latch
from .long_lag import LagTask, noise_free_lag
from .movies import ACTIVITIES, SCENES, Movies, movies, shuffle_frames
from .reber import REBER, ReberTask, embedded_reber, reber_stream
from .sentences import GENDERS, NUMBERS, ROLES, VOCABULARY, Sentences, sentences, word_indices, words_of
from .shapes import SHAPES, Shapes, shapes
from .signals import VOWELS, WAVES, Signals, clock_bits, periodic, spike_delays, timed_spikes, vowel
from .source_text import CHARACTERS, SourceText, characters, source_text, text_of
from .temporal_order import ORDER_SYMBOLS, ORDERS, OrderTask, temporal_order

__all__ = [
    "ACTIVITIES", "CHARACTERS", "COUNT_SYMBOLS", "GENDERS", "NUMBERS", "ORDERS", "ORDER_SYMBOLS", "REBER", "ROLES", "SCENES",
    "SHAPES", "VOCABULARY", "VOWELS", "WAVES", "WORDS", "AddingTask", "CopyTask", "Counting", "Digits", "GapTask", "LagTask",
    "LatchTask", "Movies", "OrderTask", "ReberTask", "Sentences", "Shapes", "Signals", "SourceText", "adding", "as_text",
    "characters", "clock_bits", "copying", "counted", "counting", "digits", "embedded_reber", "gap_documents", "gap_symbols",
    "latch", "memoryless_loss", "movies", "noise_free_lag", "periodic", "reber_stream", "sentences", "shapes", "shuffle_frames",
    "source_text", "spike_delays", "temporal_order", "text_of", "timed_spikes", "vowel", "word_indices", "words_of",
]
