"""Understanding LSTM networks: the code under the course.

Read it from the ground up. Nothing heavy is imported until you ask for it.

===================  ===========================================================
``ops``              the few array operations the cells use, for NumPy and torch
``cells``            one file per model: equations, one step, its derivative
``recurrence``       the only loop over time: ``unroll`` and ``bptt``
``initialization``   where the weights start: uniform, orthogonal, forget bias, chrono
``feedforward``      chapter 1's network, forwards and backwards
``gradcheck``        finite differences, to hold every derivative against
``nn``               the same cells as torch layers, drop-in for ``torch.nn``
``tasks``            seeded generators of data: movies, sentences, gaps
``training``         ``fit``: one training loop for all models
``analysis``         what a trained net remembers, and how far its gradient reaches
``claims``           ``claim``: the book's assertions
``figures``          the diagrams and curves of the book
===================  ===========================================================
"""

__version__ = "0.1.0"
