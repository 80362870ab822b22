"""For all tests: no test is judged by how fast this machine happens to be (`benchmarks/` measures)."""

from hypothesis import settings

settings.register_profile("amends", deadline=None)
settings.load_profile("amends")
