"""The hidden tests of these courses run under the grader, not under the pytest that tests it."""

collect_ignore_glob = ["*/*"]
