"""Who writes to one system comes in turn, on either database (issue 5, P8)."""

from contextlib import ExitStack
from threading import Thread
from time import sleep

MANY = 8


def test_whoever_asked_first_writes_first(office):
    came = []

    def write(system, number):
        with system._ledger.operation():
            came.append(number)

    with ExitStack() as after:
        first, *others = (after.enter_context(office.open()) for _ in range(MANY + 1))
        with first._ledger.still():
            for number, system in enumerate(others):
                thread = Thread(target=write, args=(system, number))
                after.callback(thread.join)
                thread.start()
                sleep(0.1)  # a lock does not tell who waits for it

    assert came == list(range(MANY))
