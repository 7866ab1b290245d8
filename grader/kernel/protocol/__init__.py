"""What crosses the wall between the grader and a participant's process: data only."""
