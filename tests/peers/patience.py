"""How long a test waits for what is sure to come.

No test measures time. A deadline only ends a test that would wait for ever, and costs nothing where all is well, so it
is that of the busiest machine: two halves of the suite side by side on two cores, and a compiler beside them.
"""

WITHIN = 60.0  # seconds
