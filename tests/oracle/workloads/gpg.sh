#!/bin/sh
# Symmetric encryption and checksums with GnuPG, without keys.
# needs: gpg gpg-agent gpgconf
set -eu
mkdir -m 700 home
export GNUPGHOME="$PWD/home"
seq 1 1000 >plain
gpg --batch -q --pinentry-mode loopback --passphrase secret --s2k-count 65536 -c plain
gpg --batch -q --pinentry-mode loopback --passphrase secret -d plain.gpg 2>/dev/null | cmp - plain
gpg --print-md SHA256 plain | tr -d ' \n'
echo
gpg --enarmor <plain 2>/dev/null | head -n 1
gpgconf --kill gpg-agent
sleep 0.05
# The agent ends in its own time; its process is not a child of this shell.
tries=0
while [ -S home/S.gpg-agent ]; do
	sleep 0.05
	tries=$((tries + 1))
	[ $tries -lt 200 ]
done
