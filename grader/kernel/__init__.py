"""The participant's process: how it is started, walled in and asked. `session` is what the grader uses of it."""
