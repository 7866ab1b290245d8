"""Test cells of an assignment: they run in the grader, each when the participant's kernel has reached its place."""
