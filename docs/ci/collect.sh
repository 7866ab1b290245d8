#!/usr/bin/env bash
# Brings the repositories of a class into one folder, each as it is now, for `grade FOLDER -o results/`.
# usage: collect.sh https://github.com/ORG/workshop- users.txt FOLDER
# users.txt has a user name a line: the repository of annakot is https://github.com/ORG/workshop-annakot here. Who has
# none, or one that can't be read, is named at the end, and the exit code is 1; everybody else is there all the same.
# What was brought before stays until the new copy is complete.
set -euo pipefail
base="$1" users="$2" folder="$3"
export GIT_TERMINAL_PROMPT=0 GIT_LFS_SKIP_SMUDGE=1  # it asks for no password, and fetches no large files
mkdir -p "$folder"
work="$(mktemp -d "$folder/.collect.XXXXXX")"  # grade looks into no folder whose name begins with a dot
trap 'rm -rf "$work"' EXIT

clone() {  # links become plain files: one that leads out of the repository leads nowhere
  rm -rf "$work/copy"
  git clone --quiet --depth 1 --no-tags --template= --config core.symlinks=false -- "$1" "$work/copy" < /dev/null
}

absent=()
while IFS= read -r user || [ -n "$user" ]; do
  user="${user//[[:space:]]/}"
  [ -n "$user" ] || continue
  name="${base##*/}$user"
  if [[ $user =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]] && { clone "$base$user" || clone "$base$user"; }; then
    rm -rf "${folder:?}/$name"
    mv "$work/copy" "$folder/$name"
  else
    absent+=("$user")
  fi
done < "$users"
[ "${#absent[@]}" = 0 ] || { echo "No repository that can be read: ${absent[*]}" >&2; exit 1; }
