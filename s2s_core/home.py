"""The location of the program's files that are not modules: the app with its pages, its models and tables.

In a checkout (also if it is installed with ``pip install -e``) they are in its top folder. In an ordinary installation
they are in the folder seq2scope next to s2s_core.
"""

from pathlib import Path

_AROUND = Path(__file__).parents[1]
_PACKED = _AROUND / "seq2scope"

INSTALLED = (_PACKED / "app.py").is_file()
"""Whether this is an ordinary installation: nothing is written into its folders."""

HOME = _PACKED if INSTALLED else _AROUND
"""The folder with app.py, pages, static, checkpoints and experiments."""
