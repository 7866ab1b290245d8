"""Points: which function answers which exercise, and what the hidden tests say of it."""
