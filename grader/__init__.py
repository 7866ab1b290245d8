"""grader: an automatic, walled-in grader of notebook exercises."""

__version__ = "0.1.0"
