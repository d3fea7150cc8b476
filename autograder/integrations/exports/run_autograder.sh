#!/usr/bin/env bash
# Grade the submission of this container, and write results/results.json.
# Where the harness fails there is no results.json: the site then reports a failure, and no mark.
set -u -o pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
if [ ! -d "$root/submission" ]; then
    root="$(dirname "$root")"  # it was started where the package is unpacked
fi
source="$root/source"
. "$source/settings.sh"

if [ ! -f "$source/python" ]; then
    echo "run_autograder: $source/python is not there: setup.sh did not finish" >&2
    exit 4
fi
python="$(cat "$source/python")"
results="$root/results/results.json"
mkdir -p "$root/results"
rm -f "$results"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
handed_in="$work/submitted/$STUDENT/$ASSIGNMENT"
mkdir -p "$handed_in"
cp -R "$root/submission/." "$handed_in/"

data=()
if [ -d "$source/data" ]; then
    data=(--data "$source/data")
fi
"$python" -m autograder grade "$work/submitted" --out "$work/out" --course "$source" \
    --assignment "$ASSIGNMENT" --lang "$STUDENT_LANG" --jobs 1 --allow-sandbox "$WEAKEST_SANDBOX" \
    ${data[@]+"${data[@]}"}
code=$?
if [ "$code" -gt 1 ]; then  # 1: some of what was handed in could not be used, which the result says
    exit "$code"
fi

metadata=()
if [ -f "$root/submission_metadata.json" ]; then
    metadata=(--metadata "$root/submission_metadata.json")
fi
"$python" -m autograder export gradescope "$work/out" --draft --course "$source" \
    --assignment "$ASSIGNMENT" --to "$results" ${metadata[@]+"${metadata[@]}"}
