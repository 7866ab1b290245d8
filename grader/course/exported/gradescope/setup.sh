#!/usr/bin/env bash
# Gradescope runs this once, when the autograder's image is built. AUTOGRADER is set only to try it elsewhere.
set -euo pipefail
root="${AUTOGRADER:-/autograder}"
python3 -c 'import ensurepip, venv' || { apt-get update && apt-get install -y python3 python3-venv; }
[ -x "$root/venv/bin/python" ] || python3 -m venv "$root/venv"
"$root/venv/bin/python" -I -m pip install --quiet -r "$root/source/requirements.txt"
packages="$("$root/venv/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')"
rm -rf "$packages/grader"
cp -r "$root/source/grader" "$packages/grader"
"$root/venv/bin/python" -I -m grader --doctor --course "$root/source/course" || true  # what the image can do, in the log of its build
