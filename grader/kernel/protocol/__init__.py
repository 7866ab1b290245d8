"""What crosses the wall: the messages, the values in them, and how both are sent. Both sides use it."""
