"""Limits on how often an address may try wrong codes and start classes. Right codes are not counted.

Thirty phones behind one address use right codes, so they do not reach the first limit; somebody who guesses codes does.
Addresses are only in memory, and removed when thousands of others come. Seats have the same kind of limit for sentences
that no model can read.
"""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

REMEMBERED = 4096  # addresses
SENTENCES = 5  # that one student can hand in to a class
PRESENT = 6.0  # seconds for which a server's number of present students is valid


class Limit:
    """A limit for each address: a burst, and then one more try every so many seconds.

    Args:
        burst: the number of tries at once.
        seconds: the time after which one more is allowed.
        now: the clock.
    """

    def __init__(self, burst: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self.burst, self.seconds, self.now = burst, seconds, now
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()  # address -> (how many, when)
        self._lock = Lock()

    def reached(self, address: str) -> bool:
        """Whether this address has reached the limit."""
        with self._lock:
            return self._left(network(address)) > self.burst - 1

    def count(self, address: str) -> None:
        """Count one try."""
        with self._lock:
            place = network(address)
            self._used[place] = (self._left(place) + 1, self.now())
            self._used.move_to_end(place)
            if len(self._used) > REMEMBERED:
                self._used.popitem(last=False)

    def _left(self, place: str) -> float:
        """The number of tries of an address that still count."""
        used, since = self._used.get(place, (0.0, 0.0))
        return max(0.0, used - (self.now() - since) / self.seconds)


def network(address: str) -> str:
    """The part of an address that counts: for IPv6 the first half, which a provider gives to one customer."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
