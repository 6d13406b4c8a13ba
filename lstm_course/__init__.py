"""Understanding LSTM networks: the code under the course.

Read it from the ground up. Nothing heavy is imported until you ask for it.

===================  ======================================================================
``ops``              the few array operations the cells use, for NumPy and torch
``cells``            one file per model: equations, one step, its derivative
``recurrence``       the only loop over time: ``unroll`` and ``bptt``
``scan``             the loop without a loop, for cells whose gates do not see h
``initialization``   where the weights start: uniform, orthogonal, forget bias, chrono
``feedforward``      chapter 1's network, forwards and backwards
``gradcheck``        finite differences, to hold every derivative against
``checks``           errors that name the argument and what was expected
``autograd``         ``unroll`` and ``bptt`` as one function torch can differentiate
``nn``               the same cells as torch layers, drop-in for ``torch.nn``
``models``           what the chapters train: encoder, recurrent layer, read-out
``tasks``            seeded generators of data: movies, shapes, gaps
``minibatches``      each member's own, in its own order
``training``         ``fit``: one training loop for all models, many seeds at once
``analysis``         how far a gradient reaches, what a state remembers, how sure we are
``experiments``      experiments as functions of seeds and a configuration
``study``            many experiments, on a laptop or a cluster, stopped and resumed
``claims``           ``claim``: the book's assertions
``exercises``        ``check``: the answers to the exercises, tried out
``figures``          the diagrams and curves of the book
===================  ======================================================================
"""

__version__ = "0.1.0"
