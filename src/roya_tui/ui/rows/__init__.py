"""What the rows of the lists are computed from, without widgets."""
