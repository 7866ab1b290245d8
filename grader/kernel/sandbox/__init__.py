"""The walls around the kernel's process, one module each. Linux only."""
