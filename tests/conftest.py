"""What all tests share."""

from hypothesis import settings

# A busy machine is slow, not wrong: laws are tested on values, speed by benchmarks.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")
