"""The walls round a participant's process."""
