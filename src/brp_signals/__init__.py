"""brp-signals: finds children who left the population register but not the school list."""

import os

__version__ = "0.2.0"

# NumPy starts a thread a core for algebra on large matrices. There are none here, and those threads cost CPU time.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
