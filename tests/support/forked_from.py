"""What forked.py loads once, to fork it for every command: the program, at work already. Not a test file."""

import gc

from tests.support import at_first_use

at_first_use.make()
gc.collect()
gc.freeze()  # it is here to stay: no child looks through it, which would be to copy it
