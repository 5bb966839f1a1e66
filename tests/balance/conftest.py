from collections.abc import Iterator

import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(autouse=True, scope="session")
def one_thread() -> Iterator[None]:
    """Small arrays lose more to waiting threads than they gain, many times over on a busy machine."""
    with threadpool_limits(limits=1):
        yield
