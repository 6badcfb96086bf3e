"""Reports compared with each other: what is the same once names and numbers are masked,
what changed, what stands out.

masking → sketches (how a copy is found among many) → passages (how much of it is one)
· changes · outliers · bodies.
"""
