"""What runs in the participant's process beside the participant's code."""
