#!/usr/bin/env bash
# Installs into an empty directory, looks at what came, uninstalls, and wants nothing left. Run
# by "make check"; prints TAP.
set -euo pipefail

cd "$(dirname "$0")/.."
BUILD_DIR=$(realpath -m "${BUILD_DIR:-build}")
top=$(mktemp -d "${TMPDIR:-/tmp}/check-install.XXXXXX")
trap 'rm -rf "$top"' EXIT
number=0
result() { # STATUS NAME
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then echo "ok $number $2"; else echo "not ok $number $2"; fi
}

# Without a build here: other tests are using the program. MAKEFLAGS brings the caller's variables.
make_into() { # TARGET VARIABLE...
	make --no-print-directory BUILD="$BUILD_DIR" DESTDIR="$top" "$@" 2>&1
}
if ! make_into -q all >/dev/null; then
	echo "1..1"
	echo "ok 1 install # skip the program is not up to date: run make first"
	exit 0
fi
echo 1..5

listing() {
	(cd "$top" && find . -type f -printf '%m %P\n' | LC_ALL=C sort -k 2)
}

expected='755 usr/bin/seccomp-learn
644 usr/share/bash-completion/completions/seccomp-learn
644 usr/share/fish/vendor_completions.d/seccomp-learn.fish
644 usr/share/man/man1/seccomp-learn-diff.1
644 usr/share/man/man1/seccomp-learn-generate.1
644 usr/share/man/man1/seccomp-learn-lint.1
644 usr/share/man/man1/seccomp-learn-merge.1
644 usr/share/man/man1/seccomp-learn-record.1
644 usr/share/man/man1/seccomp-learn-show.1
644 usr/share/man/man1/seccomp-learn.1
644 usr/share/man/man5/seccomp-learn-layer.5
644 usr/share/man/man5/seccomp-learn-recording.5
644 usr/share/man/man7/seccomp-learn-formats.7
644 usr/share/zsh/site-functions/_seccomp-learn'

status=0
said=$(make_into install PREFIX=/usr) && [ "$(listing)" = "$expected" ] || status=1
result "$status" "install puts every file in its place"
[ "$status" -eq 0 ] || printf '%s\n' "$said" "What is there:" "$(listing)" | sed 's/^/# /'

status=0
"$top/usr/bin/seccomp-learn" --version | grep -q '^seccomp-learn [0-9]' || status=1
result "$status" "the installed program runs"

status=0
bash -n "$top/usr/share/bash-completion/completions/seccomp-learn" || status=1
for shell in zsh fish; do
	command -v "$shell" >/dev/null || continue
	case $shell in
	zsh) zsh -n "$top/usr/share/zsh/site-functions/_seccomp-learn" || status=1 ;;
	fish) fish -n "$top/usr/share/fish/vendor_completions.d/seccomp-learn.fish" || status=1 ;;
	esac
done
result "$status" "the shells accept their completion"

status=0
make_into uninstall PREFIX=/usr >/dev/null && [ -z "$(listing)" ] || status=1
result "$status" "uninstall leaves no file"

status=0
other=(PREFIX="/opt/a b" BINDIR="/opt/a b/sbin" MANDIR=/opt/man)
make_into install "${other[@]}" >/dev/null && [ -x "$top/opt/a b/sbin/seccomp-learn" ] &&
	make_into uninstall "${other[@]}" >/dev/null && [ -z "$(listing)" ] || status=1
result "$status" "other directories, with a space in their name"
