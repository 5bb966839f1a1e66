"""`python -m synthsize`."""

import sys

from synthsize.cli import main

sys.exit(main())
