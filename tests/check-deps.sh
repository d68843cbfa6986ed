#!/usr/bin/env bash
# "make deps GOAL" where neither a compiler nor pkg-config is there before "deps": what is built is
# what a second make would build. And what make does without writing. Run by "make check"; TAP.
set -euo pipefail

cd "$(dirname "$0")/.."
top=$(mktemp -d "${TMPDIR:-/tmp}/check-deps.XXXXXX")
trap 'rm -rf "$top"' EXIT
number=0
result() { # STATUS NAME
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then echo "ok $number $2"; else echo "not ok $number $2"; fi
}

# The caller's variables are for its own build.
unset MAKEFLAGS MAKELEVEL MFLAGS MAKEOVERRIDES CC CFLAGS CPPFLAGS LDFLAGS V SANITIZE
real_cc=$(command -v gcc || command -v cc) || {
	echo "1..1"
	echo "ok 1 deps # skip needs a C compiler"
	exit 0
}
echo 1..5

# Installs a compiler and a pkg-config that leaves a trace; anybody is root.
mkdir "$top/bin" "$top/packages"
cat >"$top/bin/apt-get" <<-END
	#!/bin/sh
	case " \$* " in
	*" install "*) cp "$top/packages"/* "$top/bin/" ;;
	esac
END
printf '#!/bin/sh\nexec "$@"\n' >"$top/bin/sudo"
printf '#!/bin/sh\nexec %s "$@"\n' "$real_cc" >"$top/packages/fresh-cc"
printf '#!/bin/sh\necho -DASKED_PKG_CONFIG\n' >"$top/packages/fresh-pkg-config"
chmod 755 "$top/bin"/* "$top/packages"/*

fresh_make() { # ARG...
	PATH="$top/bin:$PATH" make --no-print-directory CC="$top/bin/fresh-cc" \
		PKG_CONFIG="$top/bin/fresh-pkg-config" BUILD="$top/build" "$@" 2>&1
}
explain() { # STATUS
	[ "$1" -eq 0 ] || tail -n 20 "$top/said" | sed 's/^/# /'
}

# The file that needs json-c, and the fixtures of each kind that this machine has.
goals=("$top/build/obj/learner/cmd_lint.o" "$top/build/fixtures/exit")
make --no-print-directory -pn BUILD="$top/none" fixtures >"$top/database" 2>/dev/null
for name in exit-32 int80 x32; do
	if grep -q "^$top/none/fixtures/$name:" "$top/database"; then
		goals+=("$top/build/fixtures/$name")
	fi
done

status=0
fresh_make -j2 deps "${goals[@]}" >"$top/said" || status=$?
result "$status" "make -j2 deps, and what needs it"
explain "$status"

status=0
for name in "${goals[@]}"; do
	[ -f "$name" ] || status=1
done
grep -q -e -DASKED_PKG_CONFIG "$top/build/flags" || status=1
case $("$real_cc" -dumpmachine) in
x86_64*) grep -q -e -fcf-protection=full "$top/build/flags" || status=1 ;;
esac
result "$status" "compiler and pkg-config were asked after they were installed"
explain "$status"

status=0
fresh_make -q "${goals[@]}" >"$top/said" || status=$?
result "$status" "a second make finds nothing to do"
explain "$status"

status=0
rm -r "$top/bin/fresh-cc" "$top/bin/fresh-pkg-config" "$top/build"
fresh_make -n deps all >"$top/said" && [ ! -e "$top/bin/fresh-cc" ] &&
	fresh_make deps >"$top/said" && [ ! -e "$top/build" ] || status=1
if grep -q -e 'not found' -e 'No such file' "$top/said"; then status=1; fi
result "$status" "make deps alone asks for no compiler, and -n installs and writes nothing"
explain "$status"

status=0
fresh_make help >"$top/said" || status=$?
[ ! -e "$top/build" ] && grep -q '^  check ' "$top/said" || status=1
fresh_make -n all >"$top/said" && [ ! -e "$top/build" ] || status=1
result "$status" "make help and make -n write nothing"
explain "$status"
