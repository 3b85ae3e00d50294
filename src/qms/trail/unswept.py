"""Work that makes values by the thousand, and none of them in a circle."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def unswept() -> Iterator[None]:
    """Let Python look for no circles meanwhile.

    The more values there are, the longer it looks, and the oftener the more are made: an eighth
    of all that a thousand changes cost. They leave no circle behind, which a test counts.
    """
    swept = gc.isenabled()
    if swept:  # only who begins it again ends it: threads may come and go at once
        gc.disable()
    try:
        yield
    finally:
        if swept:
            gc.enable()
