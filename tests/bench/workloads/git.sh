#!/bin/sh
# A morning's work in a repository of 3,000 files; see git.py.
set -eu
cd repository
git status --short
git checkout -q -b topic
for dir in dir1 dir2 dir3 dir4 dir5; do
	for file in "$dir"/*; do
		echo "another line" >>"$file"
	done
	git status --short >/dev/null
	git add "$dir"
	git diff --cached --stat >/dev/null
	git commit -q -m "change $dir"
done
git checkout -q main
git mv dir6 moved
git commit -q -m "move dir6"
git merge -q -m "merge topic" topic
git log --stat -M >/dev/null
git grep -c "another line" >/dev/null
git diff HEAD~2 >/dev/null
git rev-list --objects --all >/dev/null
git clone -q --no-local . ../clone
git fsck --no-progress
