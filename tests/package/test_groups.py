"""Tests that share something costly go to one worker: versions of the test runner disagree on how they say so."""

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process runs all tests")
@pytest.mark.xdist_group("one worker")
def test_the_scheduler_receives_the_group(request):
    assert request.node.nodeid.endswith("@one worker")
