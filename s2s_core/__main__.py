"""`python -m s2s_core`."""

import sys

from s2s_core.cli import main

sys.exit(main())
