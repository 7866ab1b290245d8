"""What runs in the kernel's process, beside the participant's code."""
