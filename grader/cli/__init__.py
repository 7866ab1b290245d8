"""The commands `grade` and `grade-course`."""
