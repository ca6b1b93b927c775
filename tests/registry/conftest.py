"""Fixtures of the registry's tests."""

import pytest

from tests.registry.world import World, build


@pytest.fixture
def world(db: None) -> World:
    """Two cities and a district."""
    return build()
