"""The participant's process and how it is started, walled in and talked to.

All but `driver` and `provisioner` run inside the kernel's process, or beside it, and import nothing of ours but each
other. `sandbox` raises the walls: `mounts`, `landlock` and `seccomp` are one each, `supervisor` the process that
stays, unless `nursery`, the warm process, is that itself.
"""
