#!/usr/bin/env bash
# Who may use whom: what the Makefile lets each folder include is what CONTRIBUTING.md says that it may
# use, and nothing else; and an include of anything else does not compile. Asked of the Makefile's own rules,
# in a copy of the tree with files that only include. Run by "make check"; TAP.
set -uo pipefail

cd "$(dirname "$0")/.." || exit 1
top=$(mktemp -d "${TMPDIR:-/tmp}/check-walls.XXXXXX")
trap 'rm -rf "$top"' EXIT
number=0
result() { # STATUS NAME
	number=$((number + 1))
	if [ "$1" -eq 0 ]; then echo "ok $number $2"; else echo "not ok $number $2"; fi
}

cp -r Makefile base emit learner tracer "$top/"
mapfile -t folders < <(cd "$top" && find base emit learner tracer -name '*.h' -printf '%h\n' | LC_ALL=C sort -u)

# "| `emit/checks` | `emit/filter`, `base` |": the folders of the second column.
may_use() { # FOLDER
	sed -nE "s,^\| \`$1\` \| ([^|]*) \|\$,\1,p" CONTRIBUTING.md | grep -oE '`[a-z/]+`' | tr -d '`' |
		LC_ALL=C sort
}

declare -A header allowed
for folder in "${folders[@]}"; do
	for file in "$top/$folder"/*.h; do
		[[ $file == *_parts.h ]] || header[$folder]=${file##*/}
	done
	allowed[$folder]=$(may_use "$folder")
done

# A folder's file that asks for a header of each other one; and a file for one that it may not use.
asked=() broken=()
for from in "${folders[@]}"; do
	forbidden=
	for to in "${folders[@]}"; do
		[ "$from" != "$to" ] || continue
		printf '#if __has_include("%s")\nSEES %s\n#endif\n' "${header[$to]}" "$to"
		[[ $'\n'${allowed[$from]}$'\n' == *$'\n'$to$'\n'* ]] || forbidden=$to
	done >"$top/$from/wall_asked.c"
	asked+=("$top/build/obj/$from/wall_asked.o")
	[ -n "$forbidden" ] || continue
	printf '#include "%s"\n\ntypedef int wall;\n' "${header[$forbidden]}" >"$top/$from/wall_broken.c"
	broken+=("$from $forbidden")
done

make_in_copy() { # ARG...
	env -u MAKEFLAGS -u MAKELEVEL -u SANITIZE make -C "$top" -k -j 2 BUILD="$top/build" "$@"
}
make_in_copy CFLAGS=-E "${asked[@]}" >"$top/log" 2>&1
mapfile -t objects < <(printf "$top/build/obj/%s/wall_broken.o\\n" "${broken[@]% *}")
make_in_copy "${objects[@]}" >"$top/broken" 2>&1

echo "1..$((${#folders[@]} + ${#broken[@]}))"
for from in "${folders[@]}"; do
	sed -n 's/^SEES //p' "$top/build/obj/$from/wall_asked.o" | LC_ALL=C sort >"$top/uses"
	printf '%s' "${allowed[$from]:+${allowed[$from]}$'\n'}" | diff -u --label "CONTRIBUTING.md" --label "the Makefile" - "$top/uses" >"$top/difference"
	result $? "$from sees what CONTRIBUTING.md says that it may use, and no more"
	sed 's/^/# /' "$top/difference"
done
for pair in "${broken[@]}"; do
	from=${pair% *} to=${pair#* }
	[ ! -e "$top/build/obj/$from/wall_broken.o" ] &&
		grep -qF "$from/wall_broken.c:1:10: fatal error: ${header[$to]}" "$top/broken"
	result $? "$from cannot include a header of $to"
done
