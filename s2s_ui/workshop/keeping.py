"""What is done now and then for the trainings of a server: in threads of their own, for as long as it runs."""

import logging
import time
from collections.abc import Callable
from threading import Thread

from s2s_ui.store import StoreAway
from s2s_ui.workshop.shop import Workshop

LOG = logging.getLogger(__name__)

EVERY = 3600.0  # seconds between two times that what nobody opens is looked for


def keep(workshop: Workshop) -> None:
    """Delete what nobody opens, now and every hour from now on.

    Where replicas share a store, also tell them every second what runs here, and go on with what a killed one left.
    """
    _repeat(workshop.clean, EVERY, "cleaning")
    if workshop.sharing.beat:
        _repeat(workshop.tell, workshop.sharing.beat, "telling")
        _repeat(workshop.take_over, 2 * workshop.sharing.beat, "taking over")


def _repeat(work: Callable[[], None], seconds: float, name: str) -> None:
    def go_on() -> None:
        away = False
        while True:
            try:
                work()
                away = False
            except StoreAway as error:
                if not away:  # once, and not every second
                    LOG.warning("%s stops for now: %s", name, error)
                away = True
            except Exception:
                LOG.exception("%s failed", name)
            time.sleep(seconds)

    Thread(target=go_on, name=name, daemon=True).start()
