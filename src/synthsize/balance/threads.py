"""One BLAS thread, whatever the machine offers."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

from threadpoolctl import ThreadpoolController


def one_blas_thread() -> AbstractContextManager[Any]:
    """Return a context in which BLAS works with one thread.

    Products with so few columns gain nothing from a second one, and results must not depend on it.
    """
    return _blas().limit(limits=1, user_api="blas")  # type: ignore[no-any-return]


@cache
def _blas() -> ThreadpoolController:
    """Return the handle on the BLAS libraries loaded; looking for them takes longer than a short path."""
    return ThreadpoolController()
