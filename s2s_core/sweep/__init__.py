"""Sweeps: a family of models trained from several seeds, on this machine's cores or on a Ray cluster."""

from s2s_core.sweep.cluster import NoCluster
from s2s_core.sweep.folder import PAGE, TABLE, Folder, Result
from s2s_core.sweep.grid import ALL, MOST_SEEDS, Cell, Plan, members_of, seeds_of
from s2s_core.sweep.remote import NotShared, remote_run
from s2s_core.sweep.report import CellLost, Done, Lost, Progressed, Report
from s2s_core.sweep.sweep import sweep

__all__ = [
    "ALL",
    "MOST_SEEDS",
    "PAGE",
    "TABLE",
    "Cell",
    "CellLost",
    "Done",
    "Folder",
    "Lost",
    "NoCluster",
    "NotShared",
    "Plan",
    "Progressed",
    "Report",
    "Result",
    "members_of",
    "remote_run",
    "seeds_of",
    "sweep",
]
