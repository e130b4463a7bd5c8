"""The command line: models, translate, trace, train, evaluate."""

from s2s_core.cli.main import main

__all__ = ["main"]
