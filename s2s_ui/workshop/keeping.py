"""Periodic work for the trainings of a server, in separate threads, while the server runs."""

import logging
import time
from collections.abc import Callable
from threading import Thread

from s2s_ui.store import StoreAway
from s2s_ui.workshop.shop import Workshop

LOG = logging.getLogger(__name__)

EVERY = 3600.0  # seconds between two searches for trainings that nobody opens


def keep(workshop: Workshop) -> None:
    """Delete trainings that nobody opens, at once and again every hour.

    If replicas share a store, also report every second what runs here, and take over the trainings of killed replicas.
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
