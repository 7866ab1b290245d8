"""What was handed in: finding it, whose it is, reading notebooks."""
