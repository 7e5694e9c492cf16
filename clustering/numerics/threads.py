"""Keep matrix products on one thread where they are small and many."""

from __future__ import annotations

from contextlib import AbstractContextManager


def one_blas_thread() -> AbstractContextManager[object]:
    """Return a context in which products run on the calling thread.

    Tiles fit a core's cache: several threads gain little on an idle machine, and on a busy one they
    wait for each other (measured: 20 times slower).
    """
    from threadpoolctl import threadpool_limits

    limits: AbstractContextManager[object] = threadpool_limits(1, user_api="blas")
    return limits
