"""The proof that a course's hidden tests are worth trusting."""
