"""Stands in for nbgrader: as much of it as `grade-course compare` asks for, without kernels."""
