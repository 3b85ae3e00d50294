"""What is controlled: one room per register, all pure."""

from importlib import import_module
from pkgutil import iter_modules


def load() -> None:
    """Import every register, so that each kind of change and each kind of item is known."""
    for room in iter_modules(__path__):
        import_module(f"{__name__}.{room.name}")
