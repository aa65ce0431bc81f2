#!/usr/bin/env bash
# Compares the hashes of the workflows' actions with the tags in the actions' own repositories, and prints the record that
# release.yml asks for: date and name, then a line for each action. Needs git's user.name and a way to GitHub.
set -euo pipefail
cd "$(dirname "$0")"
echo "$(date -u +%F) $(git config user.name)"
grep -ohE '[a-z]+/[a-z-]+@[0-9a-f]{40} # v[0-9.]+' workflows/*.yml | sort -u | while read -r action _ tag; do
  tags=$(git ls-remote "https://github.com/${action%@*}" "refs/tags/$tag" "refs/tags/$tag^{}")
  grep -q "^${action#*@}" <<<"$tags" || { echo "$action is not $tag" >&2; exit 1; }
  echo "$action $tag"
done
