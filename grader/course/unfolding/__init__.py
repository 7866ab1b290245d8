"""From an assignment in one notebook to a course in a folder, to go on from."""
