#!/usr/bin/env bats
# What README.md and the manual pages say is true: their examples are run and print what is printed
# there, and their lists of members, layers, files, folders and targets are those of the program.
#
# All examples of one document are run in their order, by an ordinary user, in one directory, with
# nothing in it but a Makefile, the test suite of somebody's program. doc-examples says how a block
# is marked. UPDATE_GOLDEN=1 writes the outputs that differ into the documents.
# shellcheck disable=SC2016 # backquotes are Markdown here

load lib

README=$REPO/README.md
MANUAL=$REPO/learner/man
README_MAX=15360

setup() {
	make_dir
	for_user "$SECCOMP_LEARN"
	new_reader
}

# A reader begins with one document: nobody has left anything there.
new_reader() {
	rm -rf "$DIR/blocks" "$DIR/work"
	mkdir "$DIR/blocks" "$DIR/work"
	chmod 777 "$DIR/blocks" "$DIR/work"
	printf 'check:\n\t@echo "select 6 * 7;" | sqlite3 test.db\n' >"$DIR/work/Makefile"
}

# The Markdown files of the repository, relative to it.
markdown_files() {
	(cd "$REPO" && find . \( -path ./.git -o -path './build*' \) -prune -o -name '*.md' -print) |
		sed 's,^\./,,' | LC_ALL=C sort
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
		-e 's/\b[0-9]+ (known from)/COUNT \1/' \
		-e 's/; (at least )?[0-9]+ process(es)?, [0-9]+ threads?/; PROCESSES/' \
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
	new_reader
	"$BATS_TEST_DIRNAME/doc-examples" extract "$1" "$DIR/blocks"
	for line in "$DIR"/blocks/*.line; do
		number=$(basename "$line" .line)
		run_block "$number" "$1" "${1##*/}:$(cat "$line")" || failed=1
		n=$((n + 1))
	done
	# An extractor that finds nothing must not pass.
	[ "$n" -ge "$2" ] || {
		echo "${1##*/}: $n examples"
		return 1
	}
	return "$failed"
}

@test "the examples of README.md" {
	need_documented_system
	run_examples "$README" 10
}

@test "the examples of each manual page" {
	local page failed=0
	need_documented_system
	for page in "$MANUAL"/*.[157]; do
		run_examples "$page" 1 || failed=1
	done
	[ "$failed" -eq 0 ]
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

@test "the manual pages have nothing to complain of" {
	local tool said page
	for tool in mandoc groff; do
		need_tool "$tool"
	done
	mandoc -Tlint -W warning "$MANUAL"/*.[157]
	for page in "$MANUAL"/*.[157]; do
		said=$(groff -mandoc -ww -Tutf8 -z "$page" 2>&1)
		[ -z "$said" ]
	done
}

@test "each manual page has its name and the sections that a reader looks for" {
	local page name section text
	for page in "$MANUAL"/*.[157]; do
		name=${page##*/} text=$'\n'$(<"$page")
		[[ $text == *$'\n'".Dt $(tr '[:lower:]' '[:upper:]' <<<"${name%.*}") ${name##*.}"$'\n'* ]]
		[[ $text == *$'\n'".Nm ${name%.*}"$'\n'* ]]
		for section in NAME DESCRIPTION EXAMPLES "SEE ALSO"; do
			[[ $text == *$'\n'".Sh $section"$'\n'* ]]
		done
		[[ $name != *.1 ]] || for section in SYNOPSIS OPTIONS "EXIT STATUS"; do
			[[ $text == *$'\n'".Sh $section"$'\n'* ]]
		done
		# What recording cannot do, and where it disturbs.
		[[ $name != *-record.1 ]] || [[ $text == *$'\n'".Sh CAVEATS"$'\n'* ]]
		# A page that none other names is found by nobody.
		[ "$name" = seccomp-learn.1 ] ||
			grep -qE "^\\.Xr ${name%.*} ${name##*.}( |\$)" "$MANUAL/seccomp-learn.1" || {
			echo "seccomp-learn.1 does not name $name"
			return 1
		}
	done
}

@test "references between manual pages lead somewhere" {
	local name section
	grep -ohE '^\.Xr seccomp-learn[a-z-]* [0-9]' "$MANUAL"/*.[157] | cut -d ' ' -f 2- | sort -u >"$DIR/references"
	[ -s "$DIR/references" ]
	while read -r name section; do
		[ -e "$MANUAL/$name.$section" ] || {
			echo "no page $name($section)"
			return 1
		}
	done <"$DIR/references"
}

@test "README.md is short" {
	local size
	size=$(wc -c <"$README")
	echo "$size bytes, at most $README_MAX: what is more belongs into a manual page"
	[ "$size" -le "$README_MAX" ]
}

# The folders whose README lists what is in them.
described_folders() {
	(cd "$REPO" && find base tracer emit learner -type d && echo tests)
}

# "err.[ch]" in the table of base/README.md stands for two files, "unit/" for a folder.
listed_files() {
	local folder
	while read -r folder; do
		echo "$folder/README.md"
		sed -nE "/^## /q; s,^\| \`([^\`/]+/?)\` \|.*,$folder/\1,p" "$REPO/$folder/README.md"
	done | sed -E 's/^(.*)\.\[ch\]$/\1.c\n\1.h/' | LC_ALL=C sort
}

@test "the README of each folder lists the files that there are" {
	described_folders >"$DIR/folders"
	(cd "$REPO" && find base tracer emit learner -type f &&
		find tests -maxdepth 1 -type f && find tests -mindepth 1 -maxdepth 1 -type d -printf '%p/\n') |
		grep -vE '/(__pycache__/|.*\.(orig|rej|swp)$)' | LC_ALL=C sort >"$DIR/files"
	listed_files <"$DIR/folders" | grep -vE '^(base|tracer|emit|learner)/.*/$' |
		diff -u --label "in the folders" --label "in their READMEs" "$DIR/files" -
}

@test "the README of a folder names the folders in it" {
	local folder inner readme
	while read -r folder; do
		readme=$(<"$REPO/$folder/README.md")
		for inner in "$REPO/$folder"/*/; do
			[ -d "$inner" ] || continue
			inner=${inner%/}
			[[ $readme == *$'\n'"| \`${inner##*/}/\` |"* ]] || {
				echo "$folder/README.md lacks ${inner##*/}/"
				return 1
			}
		done
	done < <(described_folders)
}

@test "CONTRIBUTING.md lists each folder and what it may use" {
	(cd "$REPO" && find base tracer emit learner -type d ! -name man && echo fixtures && echo tests) |
		LC_ALL=C sort >"$DIR/folders"
	sed -n '/^## Who may use whom/,/^## /p' "$REPO/CONTRIBUTING.md" |
		sed -nE 's/^\| `([a-z/0-9]+)` \| .* \|$/\1/p' | LC_ALL=C sort |
		diff -u --label "folders" --label "in CONTRIBUTING.md" "$DIR/folders" -
}

# An empty line in a table ends it: what follows is a row of nothing.
@test "every table of a Markdown file has a header" {
	local file
	while read -r file; do
		awk -v file="$file" '
			/^```/ { fenced = !fenced }
			fenced { next }
			/^\|/ && !inside { first = FNR ": " $0; inside = 1; rows = 0 }
			!/^\|/ { inside = 0 }
			inside { rows++ }
			inside && rows == 2 && !/^(\|:?-+:?)+\|$/ { print file ":" first; wrong = 1 }
			rows == 1 && !inside { print file ":" first; wrong = 1; rows = 0 }
			END { exit wrong }' "$REPO/$file"
	done < <(markdown_files)
}

# As GitHub makes them of headings.
anchors() { # FILE
	sed -nE '/^#+ /{ s/^#+ //; s/[^[:alnum:] _-]//g; s/ /-/g; p }' "$1" | tr '[:upper:]' '[:lower:]'
}

# `base/err.[ch]`, `emit/checks/`, and tests without their ending: `unit/base/test_abi`.
@test "files that Markdown files name are there" {
	local name
	markdown_files >"$DIR/texts"
	(cd "$REPO" && xargs grep -ohE '`(base|tracer|emit|learner|fixtures|tests|unit|e2e|replay|containers|fuzz|oracle)/[A-Za-z0-9_./-]+(\[ch\])?`' <"$DIR/texts") |
		tr -d '`' | grep -vE 'NAME|[/_]X([./]|$)' | sort -u >"$DIR/named"
	[ "$(wc -l <"$DIR/named")" -gt 50 ]
	while read -r name; do
		name=${name%.\[ch\]}
		[[ $name =~ ^(base|tracer|emit|learner|fixtures|tests)/ ]] || name=tests/$name
		compgen -G "$REPO/$name" >"$DIR/found" || compgen -G "$REPO/$name.*" >"$DIR/found" || {
			echo "no file $name"
			return 1
		}
	done <"$DIR/named"
}

@test "links within Markdown files lead somewhere" {
	local file target path n=0
	(cd "$REPO" && markdown_files | xargs grep -HoE '\]\([^)]+\)') |
		sed -E 's/^([^:]+):\]\((.*)\)$/\1 \2/' | sort -u >"$DIR/links"
	while read -r file target; do
		n=$((n + 1))
		path=$REPO/$file
		case $target in
		http*) continue ;;
		[!\#]*) path=${path%/*}/${target%%#*} ;;
		esac
		[ -e "$path" ] || {
			echo "$file: no file $target"
			return 1
		}
		[[ $target != *#* ]] || anchors "$path" | grep -qxF "${target#*#}" || {
			echo "$file: no heading for $target"
			return 1
		}
	done <"$DIR/links"
	[ "$n" -gt 10 ]
}

# "kind member" of each item in the page's section LINES.
documented_members() {
	awk '/^\.Sh / { kind = "" }
		/^\.Ss The header/ { kind = "header" } /^\.Ss A call/ { kind = "call" }
		/^\.Ss What was known/ { kind = "known" }
		/^\.Ss A gap/ { kind = "gap" } /^\.Ss The end/ { kind = "end" }
		/^\.Ss For programs/ { kind = "" }
		kind != "" && /^\.It Va / { print kind, $3 }' "$MANUAL/seccomp-learn-recording.5"
}

@test "the members of each line of a recording are those in seccomp-learn-recording(5)" {
	need_tool jq
	need_fixture unknown
	capture_record gap -- "$FIXTURES_DIR/unknown"
	capture_record made --known "$DIR/gap.rec" -- sh -c 'exit 3'
	# "kind member" for each line that a run writes; gaps are asked for below.
	jq -r 'def members($kind): keys_unsorted[] | "\($kind) \(.)";
		if .recording then members("header") elif .abi then members("call")
		elif .known then ., .known | members("known")
		else ., .end | members("end") end' "$DIR/made.rec" >"$DIR/members"
	jq -r 'select(.gap) | keys_unsorted[] | "gap \(.)"' "$DIR/gap.rec" >>"$DIR/members"
	LC_ALL=C sort -u "$DIR/members" -o "$DIR/members"
	documented_members | LC_ALL=C sort |
		diff -u --label "in recordings" --label "in the manual" "$DIR/members" -
}

# The calls of a layer in the page: the lines of names behind its heading.
documented_layer() { # LAYER
	awk -v layer="$1" '/^\.It Cm / { inside = $3 == layer } /^\.El/ { inside = 0 }
		inside && /^\.Cm / { sub(/^\.Cm /, ""); print }' "$MANUAL/seccomp-learn-layer.5" |
		grep -oE '[a-z0-9_]+' | LC_ALL=C sort
}

@test "the built-in layers are listed with every call" {
	local layer
	echo '{"recording":1}' >"$DIR/empty.rec"
	for layer in core vdso runc runc-nnp crun crun-nnp; do
		# What the page has is what the program adds, on any ABI.
		if [ "$layer" = core ] || [ "$layer" = vdso ]; then
			sed -n "/^static const struct builtin_entry ${layer}_entries/,/^};/s/^\t{\.name = \"\([a-z0-9_]*\)\".*/\1/p" \
				"$REPO/learner/compose/layer_tables.c"
		else
			"$SECCOMP_LEARN" generate -q --no-layer all --layer "$layer" -f names "$DIR/empty.rec"
		fi | LC_ALL=C sort >"$DIR/entries"
		[ -s "$DIR/entries" ]
		documented_layer "$layer" | diff -u "$DIR/entries" -
	done
}

@test "every make target of the documentation exists" {
	cat "$REPO/Makefile" "$REPO"/tests/*/*.mk | sed -nE 's/^([a-z0-9-]+):.*## .*/\1/p' >"$DIR/targets"
	(cd "$REPO" && markdown_files | grep -v CHANGELOG | xargs grep -ohE '(^|`|&& )make( [a-z0-9-]+)+') | grep -oE ' [a-z0-9-]+' | tr -d ' ' |
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
