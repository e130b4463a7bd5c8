"""The trainings of one server. Each is a thread that waits for a place before every update, so that they share the
cores fairly.

The name of a training is also the name of its checkpoint, and part of the link. The order of a training is stored on
the disk beside the checkpoints. So a training that was paused, or interrupted by the end of the server, can continue.
Everybody with the link can watch. `ownership` decides who steers; `limits` and `quota` limit disk space and time.
Several replicas of a server may share trainings; `sharing` decides which of them runs one.
"""

from s2s_ui.workshop.keeping import keep
from s2s_ui.workshop.limits import Limits, ShareFull, TooManyOpen
from s2s_ui.workshop.orders import archive
from s2s_ui.workshop.ownership import SECRET, new_secret
from s2s_ui.workshop.progress import Order, Progress
from s2s_ui.workshop.sharing import Replicas
from s2s_ui.workshop.shop import Workshop
from s2s_ui.workshop.steering import Command, Gone, NotTheOwner, StillRunning, TooMany
from s2s_ui.workshop.training import Broken, Diverged, Training
from s2s_ui.workshop.watching import Watch

__all__ = [
    "SECRET",
    "Broken",
    "Command",
    "Diverged",
    "Gone",
    "Limits",
    "NotTheOwner",
    "Order",
    "Progress",
    "Replicas",
    "ShareFull",
    "StillRunning",
    "TooMany",
    "TooManyOpen",
    "Training",
    "Watch",
    "Workshop",
    "archive",
    "keep",
    "new_secret",
]
