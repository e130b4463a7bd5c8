"""How often an address may try a code that is wrong, and start classes. What is right is never counted.

Thirty phones behind one address join with right codes, so they never meet the first limit; whoever tries codes does.
Addresses are in memory only, and forgotten with the next thousands. Seats are limited in the same way where a student
hands in what no model reads.
"""

import ipaddress
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

REMEMBERED = 4096  # addresses
SENTENCES = 5  # that one student can hand in to a class
PRESENT = 6.0  # seconds for which it counts how many a server says are here


class Limit:
    """So many at once, and one more every so many seconds, for each address.

    Args:
        burst: how many at once.
        seconds: after how long one more is allowed.
        now: the clock.
    """

    def __init__(self, burst: int, seconds: float, now: Callable[[], float] = time.monotonic) -> None:
        self.burst, self.seconds, self.now = burst, seconds, now
        self._used: OrderedDict[str, tuple[float, float]] = OrderedDict()  # address -> (how many, when)
        self._lock = Lock()

    def reached(self, address: str) -> bool:
        """Whether this address may not try once more."""
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
        """How many are counted of an address by now."""
        used, since = self._used.get(place, (0.0, 0.0))
        return max(0.0, used - (self.now() - since) / self.seconds)


def network(address: str) -> str:
    """What counts as one address: of IPv6 the half that a provider gives to one customer."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    return str(found) if found.version == 4 else str(ipaddress.ip_network((found, 64), strict=False))
