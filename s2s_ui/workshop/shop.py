"""All trainings of a server, in memory and on the disk."""

import logging
import os
import secrets
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path
from threading import Lock

from s2s_core import checkpoint
from s2s_core.errors import S2SError
from s2s_core.files import printable
from s2s_core.recipes import OWN, Choice
from s2s_ui.capacity.places import Places
from s2s_ui.store import StoreAway
from s2s_ui.workshop import orders, ownership, storage
from s2s_ui.workshop.limits import DAY, Limits
from s2s_ui.workshop.progress import Order, Status, saved_progress
from s2s_ui.workshop.quota import Quota
from s2s_ui.workshop.sharing import Alone, Sharing
from s2s_ui.workshop.steering import Command, Gone, NotTheOwner, StillRunning, TooMany
from s2s_ui.workshop.storage import ORDER, ORDERS
from s2s_ui.workshop.training import Training
from s2s_ui.workshop.watching import Watch, Watches

LOG = logging.getLogger(__name__)

MOST = 8  # trainings at once; each needs about 65 MB, and more of them would only wait for one another
AT_ONCE = 20_000  # up to so many rows are checked while the visitor waits; a larger file is checked by the training


class Workshop:
    """All trainings of a server, and the folder in which they are stored.

    Replicas share the folder. With the address of a Ray ``cluster`` the trainings run there, and the folder has to be
    on a disk that the cluster can access.
    """

    def __init__(
        self,
        root: Path,
        places: Places,
        *,
        most: int = MOST,
        limits: Limits | None = None,
        sharing: Sharing | None = None,
        cluster: str = "",
    ) -> None:
        self.root, self.places, self.most, self.cluster = root, places, most, cluster
        self.sharing = sharing or Alone()
        self.limits = limits or Limits()
        self._quota = Quota(root, self.limits)
        self._watches = Watches()
        self._trainings: dict[str, Training] = {}
        self._lock = Lock()
        for folder in (root, root / ORDERS):  # remove incomplete folders of a server that was killed
            checkpoint.tidy(folder)
        with suppress(OSError):
            for place in (root / ORDERS).iterdir():
                if not (place / ORDER).exists() and not place.name.startswith("."):  # left by an older version
                    shutil.rmtree(place, ignore_errors=True)

    def order(
        self, choice: Choice, *, file: str = "", pairs: bytes | None = None, key: str = "", visitor: str = ""
    ) -> Training:
        """Start a training. ``pairs`` is the content of the visitor's file, and ``file`` its name.

        ``key`` is the key to steer it; without one, nobody can. ``visitor`` is the visitor's secret, for the limits.

        Raises:
            TooMany: if the server is already running as many trainings as it can.
            TooManyOpen, ShareFull: if the visitor, or all visitors together, have reached a limit.
            DataError: if the pairs cannot be used. With more than AT_ONCE rows, the training fails later instead.
            CannotWrite: if the disk is full or cannot be written to.
        """
        self._make_room()
        rows = 0 if pairs is None else orders.rows(Path(file).name, pairs)
        order = Order(
            name=f"{choice.task}-{secrets.token_hex(8)}",  # 64 bits, because everybody with the name can watch
            choice=choice,
            file=printable(Path(file).name),
            key=ownership.hashed(key) if key else "",
            visitor=ownership.hashed(visitor) if visitor else "",
        )
        self._quota.order(order.name, order.visitor, len(pairs or b""))
        try:
            return self._begun(order, pairs, rows)
        except BaseException:
            self._quota.settle(order.name)
            raise

    def _begun(self, order: Order, pairs: bytes | None, rows: int) -> Training:
        """Store an order, whose file has about ``rows`` rows, and start its training."""
        place = self.root / ORDERS / order.name
        with checkpoint.replacing(place) as new:
            pairs_file = new / orders.file_name(order) if order.choice.task == OWN else None
            if pairs is not None and pairs_file is not None:
                pairs_file.write_bytes(pairs)
            recipe = None
            if rows <= AT_ONCE:  # errors in a small file are reported at once
                with self.places.order():
                    recipe = order.choice.recipe(order.name, pairs_file)
            orders.write(new, order)
        try:
            checkpoint.require_writable(self.root / order.name)
            training = self._training(order)
            training.recipe = recipe
            with self._lock:
                self._make_room()
                self._trainings[order.name] = training
                self._start(training)
        except S2SError:
            self._trainings.pop(order.name, None)
            shutil.rmtree(place, ignore_errors=True)
            raise
        return training

    def go_on(self, training: Training) -> None:
        """Continue a training that was paused or failed.

        Raises:
            TooMany, CannotWrite: as `order`.
            Gone: if the training was deleted.
        """
        checkpoint.require_writable(training.folder)
        with self._lock:
            if self._trainings.get(training.order.name) is not training:
                raise Gone(training.order.name)
            self._make_room()
            storage.opened(self.root, training.order.name)
            self._start(training)

    def _start(self, training: Training) -> None:
        """Start a training here, unless another replica runs it."""
        if not training.progress.active:
            training.join()  # it may just be stopping
        if lease := self.sharing.take(training.order.name, "start"):
            training.start(lease)

    def take_over(self) -> None:
        """Continue the trainings of replicas that have ended here, from their last saved states.

        Raises:
            StoreAway: if the store does not answer.
        """
        for name in self.sharing.interrupted():
            training = self.training(name)  # None if another folder has it, or its order is gone
            with self._lock:
                if training is None or training.lease is not None:
                    continue
                if self._running() >= self.most or not (lease := self.sharing.take(name, "take over")):
                    continue
                try:
                    checkpoint.take_over(training.folder)
                except S2SError as error:
                    LOG.warning("the training %s cannot be taken over: %s", name, error)
                    continue  # the lease expires; it may work later, or on another replica
                if checkpoint.is_checkpoint(training.folder) and not checkpoint.is_unfinished(training.folder):
                    lease.release(saved_progress(training.order, training.folder))
                    continue
                LOG.warning("the training %s was interrupted, and goes on here", name)
                training.start(lease)

    def steer(self, name: str, command: Command, key: str) -> None:
        """Execute an owner's command for a training. The key is checked, whatever buttons the screen had.

        Raises:
            NotTheOwner: if ``key`` is not the training's.
            Gone: if there is no such training.
            StillRunning: for the command to delete, if the training runs or is being saved in any process.
            TooMany, CannotWrite: as `go_on`.
            StoreAway: if another replica may run it, and the store does not answer.
        """
        training = self.training(name)
        if training is None:
            raise Gone(name)
        if not self.owns(name, key):
            raise NotTheOwner(name)
        match command:
            case "pause" | "end" if not training.here:
                self.sharing.ask(name, command)
            case "pause":
                training.pause()
            case "end":
                training.end()
            case "go on":
                self.go_on(training)
            case "delete":
                if not self._delete(name):
                    raise StillRunning(name)

    def owns(self, name: str, key: object) -> bool:
        """Whether this is the key of the training with this name."""
        training = self.training(name)
        return training is not None and ownership.opens(key, training.order.key)

    def training(self, name: str) -> Training | None:
        """The training with this name, read from the disk if it is not in memory; None if there is none.

        If some of its files were deleted by hand, it is made from the rest.
        """
        with self._lock:
            known = self._trainings.get(name)
            if known is not None and not known.here:
                self._look_elsewhere(known)
            if known is not None and not known.progress.active:
                if not os.path.isfile(self.root / ORDERS / name / ORDER):
                    del self._trainings[name]
                    return None
                if known.progress.saved and not checkpoint.is_checkpoint(known.folder):
                    known.progress = saved_progress(known.order, known.folder)
            if known is None and (found := self._found(name)):
                self._trainings[name] = found
            return self._trainings.get(name)

    def _look_elsewhere(self, training: Training) -> None:
        """Update a training with the progress from the replica that runs it, or ran it last."""
        try:
            told = self.sharing.progress(training.order.name)
        except StoreAway:
            return  # keep the last known progress
        if told is not None and not training.here:
            training.progress = told

    def watch(self, name: str) -> Watch:
        """Mark a training as opened now, and protect it from deletion while the returned value exists."""
        with self._lock:
            storage.opened(self.root, name)
            return self._watches.watch(name)

    def opened(self, name: str) -> None:
        """Mark a training as opened now, because its checkpoint is used."""
        if self._watches.due(name):
            storage.opened(self.root, name)

    def folders(self) -> dict[str, Path]:
        """The checkpoints of all trainings, by name."""
        return checkpoint.folders_in(self.root)

    def counts(self) -> Counter[Status]:
        """How many of the trainings that are in memory have which status."""
        there = list(self._trainings.values())  # another replica counts those that it runs
        return Counter(each.progress.status for each in there if each.here or not each.progress.active)

    def tell(self) -> None:
        """Share the progress of the trainings that run here, and execute owners' requests from other replicas.

        Raises:
            StoreAway: if the store does not answer.
        """
        for training in list(self._trainings.values()):
            training.tell()

    def clean(self) -> None:
        """Delete trainings that nobody has opened for longer than the limit, unless they run or are watched.

        Another process on the same folder may do the same; it sees the marks of trainings that are watched here.
        """
        storage.tidy(self.root)
        longest = self.limits.days * DAY
        for name in storage.names(self.root):
            known = self._trainings.get(name)
            if name in self._watches or (known is not None and known.progress.active):
                storage.opened(self.root, name)
            elif storage.unopened(self.root, name) > longest:
                try:
                    if self._delete(name, longer_than=longest):
                        LOG.info(
                            "the training %s was deleted: nobody had opened it for %g days", name, self.limits.days
                        )
                except S2SError as error:
                    LOG.warning("the training %s cannot be deleted: %s", name, error)

    def _delete(self, name: str, *, longer_than: float = 0.0) -> bool:
        """Delete a training; False if it runs, or somebody has opened it in the meantime."""
        with self._lock:  # so nobody can open or continue it at the same moment
            known = self._trainings.get(name)
            if known is not None and known.progress.active:
                return False
            if longer_than and name in self._watches:
                return False
            if not (lease := self.sharing.take(name, "delete")):
                return False
            gone = False
            try:
                gone = storage.delete(self.root, name, longer_than=longer_than)
            finally:
                lease.release(None)
                if gone:
                    self.sharing.forget(name)
                    self._trainings.pop(name, None)
            return gone

    def _make_room(self) -> None:
        if self._running() >= self.most:
            raise TooMany(f"{self.most} trainings are going on")

    def _running(self) -> int:
        """How many trainings run here."""
        return sum(training.here and training.progress.active for training in list(self._trainings.values()))

    def _training(self, order: Order) -> Training:
        folder, pairs = self.root / order.name, orders.pairs(self.root, order)
        return Training(
            order=order, folder=folder, pairs=pairs, places=self.places, quota=self._quota, cluster=self.cluster
        )

    def _found(self, name: str) -> Training | None:
        """The training of an order on the disk."""
        if (order := orders.read(self.root, name)) is None:
            return None
        training = self._training(order)
        training.progress = saved_progress(order, training.folder)
        self._look_elsewhere(training)
        return training
