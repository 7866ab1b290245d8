"""Reports in the forms of learning platforms and CI systems, a file each."""
