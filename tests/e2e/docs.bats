#!/usr/bin/env bats
# What README.md and the manual page say is true: their examples are run and print what is printed
# there, and their lists of options, files and formats are those of the program.
#
# All examples of one document are run in their order, by an ordinary user, in one directory, with
# nothing in it but a Makefile, the test suite of somebody's program. doc-examples says how a block
# is marked. UPDATE_GOLDEN=1 writes the outputs that differ into the documents.
# shellcheck disable=SC2016 # backquotes are Markdown here

load lib

README=$REPO/README.md
MANUAL=$REPO/learner/man/seccomp-learn.1

setup() {
	make_dir
	for_user "$SECCOMP_LEARN"
	mkdir "$DIR/blocks" "$DIR/work"
	chmod 777 "$DIR/blocks" "$DIR/work"
	printf 'check:\n\t@echo "select 6 * 7;" | sqlite3 test.db\n' >"$DIR/work/Makefile"
}

teardown() {
	remove_dir
}

# What no two runs or machines have in common, and nothing else. Columns move with it.
normalise() {
	sed -E \
		-e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z/WHEN/g' \
		-e 's/Linux [0-9][^ ",]*/Linux VERSION/g' \
		-e 's/\b[0-9]+\.[0-9]+ s\b/SECONDS/g' \
		-e 's/^(  [a-z0-9_]+ +)[0-9]+\.[0-9]{3}( +.*[^ ] +)[0-9]+(  \/)/\1SECONDS\2PID\3/' \
		-e 's/\bpid [0-9]+/pid PID/g' \
		-e 's/\b0x[0-9a-f]{3,}/ADDRESS/g' \
		-e 's/"(t|pid|tid|stops)":[0-9.]+/"\1":NUMBER/g; s/"kernel":"[^"]*"/"kernel":VERSION/g' \
		-e 's/\b[0-9]+ on (x86_64)/COUNT on \1/g' \
		-e 's/^(x86_64: )[0-9]+ (system calls)/\1COUNT \2/' \
		-e 's/^(ALLOW: )[0-9]+ (rules)/\1COUNT \2/' \
		-e 's/\b[0-9]+ stops/COUNT stops/g' \
		-e 's/  +/ /g'
}

# Runs a script in the work directory as a reader of the documents would.
as_reader() {
	(
		cd "$DIR/work" || exit
		as_user timeout -k 5 "$LIMIT" env -i HOME="$DIR/work" LC_ALL=C.UTF-8 \
			PATH="$DIR/bin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" \
			${ASAN_OPTIONS:+"ASAN_OPTIONS=$ASAN_OPTIONS"} \
			${UBSAN_OPTIONS:+"UBSAN_OPTIONS=$UBSAN_OPTIONS"} "$@" </dev/null 3>&- 4>&-
	)
}

# Files and system calls in the examples are those of one system.
need_documented_system() {
	if [ "$(uname -m)" != x86_64 ] || ! grep -qs '^12' /etc/debian_version; then
		skip "the examples show Debian 12 on x86_64"
	fi
	local tool
	for tool in python3 sqlite3 make jq runc; do
		need_tool "$tool"
	done
}

run_block() { # NUMBER FILE WHERE
	local number=$1 file=$2 where=$3 block=$DIR/blocks/$1
	if [ -e "$block.file" ]; then
		cp "$block.file" "$DIR/work/$(cat "$block.name")"
		chmod 644 "$DIR/work/$(cat "$block.name")"
	elif [ -e "$block.plain" ]; then
		as_reader sh -eu "$block.plain" || {
			echo "$where: status $?"
			return 1
		}
	elif [ -e "$block.console" ]; then
		as_reader bash "$block.sh" >"$block.got"
		normalise <"$block.console" >"$block.expected"
		normalise <"$block.got" | diff -u --label "$where" "$block.expected" - && return
		[ -z "${UPDATE_GOLDEN:-}" ] ||
			"$BATS_TEST_DIRNAME/doc-examples" update "$file" "$number" "$block.got"
		return 1
	else
		check_skipped "$block" || {
			echo "$where: not valid"
			return 1
		}
	fi
}

# What cannot be run can still be read.
check_skipped() { # BLOCK
	case $(cat "$1.language") in
	console | sh) bash -n "$1.skipped" ;;
	json) jq . "$1.skipped" >/dev/null ;;
	yaml) python3 -c 'import sys, yaml; yaml.safe_load(open(sys.argv[1]))' "$1.skipped" ;;
	esac
}

run_examples() { # FILE LEAST
	local line number failed=0 n=0
	need_documented_system
	"$BATS_TEST_DIRNAME/doc-examples" extract "$1" "$DIR/blocks"
	for line in "$DIR"/blocks/*.line; do
		number=$(basename "$line" .line)
		run_block "$number" "$1" "${1##*/}:$(cat "$line")" || failed=1
		n=$((n + 1))
	done
	[ "$failed" -eq 0 ]
	# An extractor that finds nothing must not pass.
	[ "$n" -ge "$2" ]
}

@test "the examples of README.md" {
	run_examples "$README" 10
}

@test "the examples of the manual page" {
	run_examples "$MANUAL" 5
}

@test "doc-examples refuses a block that is neither run nor explained" {
	need_tool python3
	local bad
	for bad in '```text' '```' '```yaml'; do
		printf 'Words\n%s\na: b\n```\n' "$bad" >"$DIR/bad.md"
		run "$BATS_TEST_DIRNAME/doc-examples" extract "$DIR/bad.md" "$DIR/blocks"
		[ "$status" -ne 0 ]
		[[ $output == *"bad.md:2: a block that is neither run nor has a reason"* ]]
	done
}

@test "the manual page has nothing to complain of" {
	local tool said
	for tool in mandoc groff; do
		need_tool "$tool"
	done
	mandoc -Tlint -W warning "$MANUAL"
	said=$(groff -mandoc -ww -Tutf8 -z "$MANUAL" 2>&1)
	[ -z "$said" ]
	# Each section that a reader looks for.
	local section
	for section in NAME SYNOPSIS DESCRIPTION "EXIT STATUS" EXAMPLES "SEE ALSO" CAVEATS; do
		mandoc -Tascii "$MANUAL" | sed 's/.\x08//g' | grep -qx "$section"
	done
}

# "err.[ch]" in the table of base/README.md stands for two files.
listed_files() {
	local folder
	while read -r folder; do
		echo "$folder/README.md"
		sed -nE "s,^\| \`([^\`/]+)\` \|.*,$folder/\1,p" "$REPO/$folder/README.md"
	done | sed -E 's/^(.*)\.\[ch\]$/\1.c\n\1.h/' | LC_ALL=C sort
}

@test "the README of each folder lists the files that there are" {
	(cd "$REPO" && find base tracer emit learner -type d ! -name man) >"$DIR/folders"
	(cd "$REPO" && find base tracer emit learner -type f ! -path learner/man/\*) | LC_ALL=C sort >"$DIR/files"
	listed_files <"$DIR/folders" |
		diff -u --label "in the folders" --label "in their READMEs" "$DIR/files" -
	# Folders too: those of the top and those of tests/.
	(cd "$REPO" && find base tracer emit learner fixtures tests/ -maxdepth 0 -type d &&
		find tests -mindepth 1 -maxdepth 1 -type d) |
		sed 's/\/*$/\//' | LC_ALL=C sort >"$DIR/folders"
	sed -n '/^## Map of the source/,/^## /p' "$README" |
		sed -nE 's/^\| `((base|tracer|emit|learner|fixtures|tests)\/([a-z0-9]+\/)?)` \|.*/\1/p' |
		LC_ALL=C sort | diff -u --label "folders" --label "in README.md" "$DIR/folders" -
}

# An empty line in a table ends it: what follows is a row of nothing.
@test "every table of README.md and CONTRIBUTING.md has a header" {
	local file
	for file in "$README" "$REPO/CONTRIBUTING.md"; do
		awk -v file="$file" '
			/^\|/ && !inside { first = FNR ": " $0; inside = 1; rows = 0 }
			!/^\|/ { inside = 0 }
			inside { rows++ }
			inside && rows == 2 && !/^(\|:?-+:?)+\|$/ { print file ":" first; wrong = 1 }
			rows == 1 && !inside { print file ":" first; wrong = 1; rows = 0 }
			END { exit wrong }' "$file"
	done
}

@test "links within README.md lead somewhere" {
	local target
	grep -oE '\]\([^)]+\)' "$README" | sed -E 's/^\]\((.*)\)$/\1/' | sort -u >"$DIR/links"
	while read -r target; do
		case $target in
		http*) ;;
		'#'*)
			grep -E '^#+ ' "$README" | sed -E 's/^#+ //; s/[^[:alnum:] _-]//g; s/ /-/g' |
				tr '[:upper:]' '[:lower:]' | grep -qxF "${target#\#}" || {
				echo "no heading for $target"
				return 1
			}
			;;
		*) [ -e "$REPO/$target" ] || {
			echo "no file $target"
			return 1
		} ;;
		esac
	done <"$DIR/links"
}

@test "the members of each line of a recording are those in README.md" {
	need_tool jq
	capture_record made -- sh -c 'exit 3'
	# "kind member" for each line that a run writes; gaps are asked for below.
	jq -r 'def members($kind): keys_unsorted[] | "\($kind) \(.)";
		if .recording then members("header") elif .abi then members("call")
		else ., .end | members("end") end' "$DIR/made.rec" >"$DIR/members"
	need_fixture unknown
	capture_record gap -- "$FIXTURES_DIR/unknown"
	jq -r 'select(.gap) | keys_unsorted[] | "gap \(.)"' "$DIR/gap.rec" >>"$DIR/members"
	LC_ALL=C sort -u "$DIR/members" -o "$DIR/members"
	sed -nE '/^### The lines of a recording/,/^### /s/^\| (header|call|gap|end) \| `([a-z_]+)` \|.*/\1 \2/p' \
		"$README" | LC_ALL=C sort | diff -u --label "in recordings" --label "in README.md" "$DIR/members" -
}

@test "the built-in layers are listed with every call" {
	local layer
	echo '{"recording":1}' >"$DIR/empty.rec"
	for layer in core vdso runc runc-nnp crun crun-nnp; do
		# What README.md has in one line is what the program adds, on any ABI.
		if [ "$layer" = core ] || [ "$layer" = vdso ]; then
			sed -n "/^static const struct builtin_entry ${layer}_entries/,/^};/s/^\t{\.name = \"\([a-z0-9_]*\)\".*/\1/p" \
				"$REPO/learner/compose/layer_tables.c"
		else
			"$SECCOMP_LEARN" generate -q --no-layer all --layer "$layer" -f names "$DIR/empty.rec"
		fi | LC_ALL=C sort >"$DIR/entries"
		[ -s "$DIR/entries" ]
		sed -nE "/^## Layers/,/^## /s/^\| \`$layer\` \| ([^|]*) \|.*/\1/p" "$README" |
			grep -oE '`[a-z0-9_]+`' | tr -d '`' | LC_ALL=C sort | diff -u "$DIR/entries" -
	done
}

@test "every make target of the documentation exists" {
	cat "$REPO/Makefile" "$REPO"/tests/*/*.mk | sed -nE 's/^([a-z0-9-]+):.*## .*/\1/p' >"$DIR/targets"
	grep -ohE '(^|`|&& )make( [a-z0-9-]+)+' "$README" | grep -oE ' [a-z0-9-]+' | tr -d ' ' |
		sort -u >"$DIR/named"
	sed -i '/^make$/d' "$DIR/named"
	[ -s "$DIR/named" ]
	local target
	while read -r target; do
		grep -qxF -- "$target" "$DIR/targets" || {
			echo "no target $target"
			return 1
		}
	done <"$DIR/named"
}
