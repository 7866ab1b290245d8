#!/usr/bin/env bash
# The entrypoint of the grading container. GRADING and PYTHON are set only to try it elsewhere.
root="${GRADING:-/grade}"
here="$(cd "$(dirname "$0")" && pwd)"
mkdir -p "$root/results"
mapfile -t arguments < "$here/arguments"
cd / || exit 1
"${PYTHON:-python3}" -I -m grader --no-config --exit-zero "${arguments[@]}" --course "$here/course" \
  --report prairielearn="$root/results/results.json" -- "$root/student"
exit 0  # what became of it stands in results.json
