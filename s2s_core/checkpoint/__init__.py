"""Trained models as folders: safetensors, JSON, tokenizer and card. Nothing is ever unpickled."""

from s2s_core.checkpoint.description import Description
from s2s_core.checkpoint.device import DEVICES, resolve_device
from s2s_core.checkpoint.fetching import fetch
from s2s_core.checkpoint.folder import delete, replacing, require_writable, reserved, tidy, whole
from s2s_core.checkpoint.roots import unknown
from s2s_core.checkpoint.sealed import read_manifest
from s2s_core.checkpoint.snapshots import Decoding, Snapshot, Specimen
from s2s_core.checkpoint.store import (
    CARD,
    LOG,
    SHIPPED,
    TrainingState,
    contents,
    describe,
    folders,
    folders_in,
    is_checkpoint,
    is_unfinished,
    load,
    load_training_state,
    locate,
    names,
    read_text,
    require_unfinished,
    save,
    searched,
    snapshots,
    source_tokenizer,
)

__all__ = [
    "CARD",
    "DEVICES",
    "LOG",
    "SHIPPED",
    "Decoding",
    "Description",
    "Snapshot",
    "Specimen",
    "TrainingState",
    "contents",
    "delete",
    "describe",
    "fetch",
    "folders",
    "folders_in",
    "is_checkpoint",
    "is_unfinished",
    "load",
    "load_training_state",
    "locate",
    "names",
    "read_manifest",
    "read_text",
    "replacing",
    "require_unfinished",
    "require_writable",
    "reserved",
    "resolve_device",
    "save",
    "searched",
    "snapshots",
    "source_tokenizer",
    "tidy",
    "unknown",
    "whole",
]
