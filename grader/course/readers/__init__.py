"""Readers of assignments, one for each form in which teachers have them."""
