"""Settings for every test, and for the kernels that run the chapters."""

import os

# Small nets on a busy machine: a second BLAS thread costs 10 to 1000 times what it gains.
for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("JUPYTER_PLATFORM_DIRS", "1")
