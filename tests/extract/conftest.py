"""The fixtures of the extraction's tests; what they hand out is made in tests/shared."""

from small_hospital import demo, extraction, hospital, second_folder

__all__ = ["demo", "extraction", "hospital", "second_folder"]
