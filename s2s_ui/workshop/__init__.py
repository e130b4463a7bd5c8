"""The trainings of one server: each a thread that takes a place for every update, so that they share the cores fairly.

A training is known by its name, which is also the name of its checkpoint and stands in the link. What was ordered lies
beside the checkpoints on the disk, so a training that was paused, or that the server's end interrupted, can go on.
"""

from s2s_ui.workshop.progress import Order, Progress
from s2s_ui.workshop.shop import TooMany, Workshop, archive
from s2s_ui.workshop.training import Broken, Diverged, Training

__all__ = ["Broken", "Diverged", "Order", "Progress", "TooMany", "Training", "Workshop", "archive"]
