"""The trainings of one server. Each is a thread that waits for a place before every update, so that they share the
cores fairly.

The name of a training is also the name of its checkpoint, and part of the link. The order of a training is stored on
the disk beside the checkpoints. So a training that was paused, or interrupted by the end of the server, can continue.
"""

from s2s_ui.workshop.progress import Order, Progress
from s2s_ui.workshop.shop import TooMany, Workshop, archive
from s2s_ui.workshop.training import Broken, Diverged, Training

__all__ = ["Broken", "Diverged", "Order", "Progress", "TooMany", "Training", "Workshop", "archive"]
