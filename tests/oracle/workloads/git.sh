#!/bin/sh
# A tiny repository: init, commits, branches, merge, gc, local clone and fetch.
# needs: git
set -eu
export GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_DATE='2001-01-01T00:00:00Z' GIT_COMMITTER_DATE='2001-01-01T00:00:00Z'
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=c GIT_COMMITTER_EMAIL=c@example.org
git config --global gc.auto 0
git config --global maintenance.auto false
# One thread: how many threads get work of their own is a matter of timing.
git config --global pack.threads 1
git config --global index.threads 1
git init -q -b main repo
cd repo
for i in 1 2 3; do
	seq "$i" 100 >file
	git add file
	git commit -q -m "commit $i"
done
git checkout -q -b side HEAD~1
echo other >other
git add other
git commit -q -m other
git checkout -q main
git merge -q -m merged side
git gc -q
git fsck --no-progress
git log --format='%h %s' | cat
git diff HEAD~2 --stat | cat
git grep -c 5 -- file
git stash list
cd ..
git clone -q repo clone
git clone -q --no-local --bare repo bare.git
cd clone
git fetch -q ../bare.git side
git tag v1
git archive HEAD | tar -t
git status --short
