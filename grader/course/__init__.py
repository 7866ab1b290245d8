"""A course: its exercises, solutions and notebooks."""
