"""Where the parts of the program lie that are no modules: the app with its pages, the models and tables that it brings.

In a checkout, and where that was installed with ``pip install -e``, they lie at its top; an ordinary installation has
them in the folder seq2scope beside s2s_core.
"""

from pathlib import Path

_AROUND = Path(__file__).parents[1]
_PACKED = _AROUND / "seq2scope"

INSTALLED = (_PACKED / "app.py").is_file()
"""Whether this is an ordinary installation: nothing is written into its folders."""

HOME = _PACKED if INSTALLED else _AROUND
"""The folder with app.py, pages, static, checkpoints and experiments."""
