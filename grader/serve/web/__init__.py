"""The server's routes: who may see and do what."""
