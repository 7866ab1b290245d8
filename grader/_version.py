"""The version of the package, and the name under which it is installed."""

__version__ = "0.9.0"
DISTRIBUTION = "notebook-grader"
