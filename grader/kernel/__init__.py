"""The participant's process and how it is started, walled in and talked to.

`agent`, `boot`, `sandbox`, `standins` and `wire` run inside the kernel and import nothing of ours but each other.
"""
