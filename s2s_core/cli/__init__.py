"""The command line: the app, models, translate, trace, train, evaluate, experiment, fetch."""

from s2s_core.cli.main import main, seq2scope

__all__ = ["main", "seq2scope"]
