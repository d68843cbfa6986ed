#!/bin/sh
# A repository with two commits and a branch.
set -eu
export GIT_AUTHOR_DATE='2001-01-01T00:00:00Z' GIT_COMMITTER_DATE='2001-01-01T00:00:00Z'
git -c init.defaultBranch=main init -q repository
cd repository
git config user.name Somebody
git config user.email somebody@localhost
seq 1 100 >file
git add file
git commit -q -m first
git checkout -q -b branch
sed -i s/50/fifty/ file
git commit -q -a -m second
git --no-pager log --format='%h %s'
git --no-pager diff --stat main branch
git status --short
cd ..
rm -rf repository
