"""The fixtures of the extraction's tests; what they hand out is made in tests/shared."""

from postgres_server import postgres
from small_hospital import demo, extraction, filled, hospital, second_folder

__all__ = ["demo", "extraction", "filled", "hospital", "postgres", "second_folder"]
