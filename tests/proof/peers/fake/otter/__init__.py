"""Stands in for otter-grader: as much of it as `grade-course compare` asks for."""
