"""How well are commands heard? See `benchmarks.commands.__main__`."""

from benchmarks.commands.material import clips

__all__ = ["clips"]
