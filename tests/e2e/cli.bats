#!/usr/bin/env bats
# generate, show, help and every kind of mistake on the command line. What is printed is compared
# with tests/golden/cli-*; UPDATE_GOLDEN=1 writes these files anew.

setup() {
	golden=$BATS_TEST_DIRNAME/../golden
	learn=${SECCOMP_LEARN:-$BATS_TEST_DIRNAME/../../build/seccomp-learn}
	learn=$(realpath "$learn")
	tmp=$BATS_TEST_TMPDIR
	# Messages name the files as they were given.
	cd "$golden" || return 1
}

# Runs the program; its output is in $tmp/out and $tmp/err, its status in $status.
learn() {
	status=0
	"$learn" "$@" >"$tmp/out" 2>"$tmp/err" </dev/null || status=$?
}

# Is the file, to the byte, the golden one?
same() { # FILE GOLDEN
	if [ -n "${UPDATE_GOLDEN:-}" ]; then
		cp "$1" "$golden/$2"
	fi
	diff -u "$golden/$2" "$1"
}

# The last run: this status, this golden output, and nothing on standard error.
expect() { # STATUS GOLDEN
	[ "$status" -eq "$1" ]
	same "$tmp/out" "$2"
	diff -u /dev/null "$tmp/err"
}

# The last run: this status, nothing on standard output, these words on standard error.
expect_trouble() { # STATUS LINE...
	[ "$status" -eq "$1" ]
	[ ! -s "$tmp/out" ]
	shift
	printf 'seccomp-learn: %s\n' "$@" | diff -u - "$tmp/err"
}

@test "help: of the program and of each command" {
	local command
	learn --help
	expect 0 cli-help.txt
	learn help
	expect 0 cli-help.txt
	for command in record generate diff merge show lint help; do
		learn "$command" --help
		expect 0 "cli-help-$command.txt"
		learn help "$command"
		expect 0 "cli-help-$command.txt"
	done
}

@test "help: a screen that is full is trouble" {
	[ -w /dev/full ] || skip "needs /dev/full"
	local words
	for words in --help --version "completion bash" "show cli-in-make.rec" \
		"generate cli-in-make.rec"; do
		status=0
		# shellcheck disable=SC2086 # several words
		"$learn" $words >/dev/full 2>"$tmp/err" || status=$?
		[ "$status" -eq 2 ]
		grep -F "cannot write standard output: No space left on device" "$tmp/err"
	done
}

@test "--version" {
	learn --version
	[ "$status" -eq 0 ]
	grep -Ex 'seccomp-learn [0-9]+\.[0-9]+\.[0-9]+' "$tmp/out"
	[ "$(wc -l <"$tmp/out")" -eq 1 ]
}

@test "mistakes: one line, one hint, nothing on standard output" {
	learn recrod
	expect_trouble 2 "unknown command 'recrod'; did you mean 'record'?" \
		"try 'seccomp-learn --help'"
	learn generate --outptu x y
	expect_trouble 2 "unknown option '--outptu'; did you mean '--output'?" \
		"try 'seccomp-learn generate --help'"
	learn show
	expect_trouble 2 "which file shall be shown?" "try 'seccomp-learn show --help'"
	learn diff a
	expect_trouble 2 "two files are needed: OLD and NEW" "try 'seccomp-learn diff --help'"
	learn completion tcsh
	expect_trouble 2 "no completion for 'tcsh'; known: bash, zsh, fish"
}

@test "without a word, the commands are listed, and that is a mistake" {
	learn
	[ "$status" -eq 2 ]
	[ ! -s "$tmp/out" ]
	"$learn" --help | diff - "$tmp/err"
}

@test "mistakes: record leaves with 125" {
	cd "$tmp"
	learn record
	expect_trouble 125 "which command shall be recorded?" "try 'seccomp-learn record --help'"
	learn record --stop-with-man true
	expect_trouble 125 "unknown option '--stop-with-man'; did you mean '--stop-with-main'?" \
		"try 'seccomp-learn record --help'"
	learn record --layer ./missing.layer true
	[ "$status" -eq 125 ]
	grep -F "cannot open './missing.layer'" "$tmp/err"
	[ ! -e seccomp.json ]
}

@test "messages hold no control characters" {
	learn show $'/nonexistent/\e[31mred\nfile'
	expect_trouble 2 \
		"cannot open '/nonexistent/\\x1b[31mred\\x0afile': No such file or directory"
}

@test "show: a recording" {
	learn show -q cli-in-make.rec
	expect 0 cli-show-make.txt
	learn show --json -q cli-in-make.rec
	expect 0 cli-show-make.json
	jq -e '.abis.x86 == ["open","sigreturn","waitpid"] and .unknown.x86_64 == [999] and
		(.gaps | length) == 2' "$tmp/out"
	# Without -q the line of an unknown kind is mentioned.
	learn show cli-in-make.rec
	same "$tmp/out" cli-show-make.txt
	echo "seccomp-learn: cli-in-make.rec:13: skipped: a line of an unknown kind" |
		diff -u - "$tmp/err"
	local option
	for option in "--abi x86" "--caps all" "--kernel 6.1"; do
		# shellcheck disable=SC2086 # an option and its argument
		learn show $option cli-in-make.rec
		expect_trouble 2 "${option%% *} is about how a profile is read, and this is a recording"
	done
}

@test "show: no control characters of a recording reach the terminal" {
	learn show -q cli-in-make.rec
	if LC_ALL=C tr -d '\n' <"$tmp/out" | LC_ALL=C grep -q '[[:cntrl:]]'; then
		cat -v "$tmp/out"
		return 1
	fi
}

@test "show: a recording that was cut off, two in one file, and standard input" {
	learn show -q cli-in-nightly.rec
	expect 0 cli-show-nightly.txt
	status=0
	cat cli-in-make.rec cli-in-nightly.rec | "$learn" show -q - >"$tmp/out" 2>"$tmp/err" ||
		status=$?
	expect 0 cli-show-both.txt
	learn show cli-in-nightly.rec
	echo "seccomp-learn: cli-in-nightly.rec:4: dropped: the last line is torn" |
		diff -u - "$tmp/err"
}

@test "show: a profile" {
	learn show cli-in-profile.yaml
	expect 0 cli-show-profile.txt
	learn show --json cli-in-profile.yaml
	expect 0 cli-show-profile-json.json
	jq -e '(.abis.x86_64 | index("arch_prctl")) and (.abis.x86_64 | index("waitpid") | not) and
		.ignored == ["pwrite"] and .unknown == {} and .gaps == []' "$tmp/out"
}

@test "show: what is neither" {
	: >"$tmp/empty"
	learn show "$tmp/empty"
	expect_trouble 2 "$tmp/empty: empty; expected a recording or a profile"
	echo '{"recording":1}' >"$tmp/bad.rec"
	echo '{"t":0,"abi":"x86-65","nr":1}' >>"$tmp/bad.rec"
	echo '{"end":{"t":1}}' >>"$tmp/bad.rec"
	learn show "$tmp/bad.rec"
	expect_trouble 2 "$tmp/bad.rec:2: unknown ABI \"x86-65\""
	learn show "$tmp"
	expect_trouble 2 "cannot read '$tmp': Is a directory"
	head -c 65536 /dev/urandom >"$tmp/noise"
	learn show "$tmp/noise"
	[ "$status" -eq 2 ]
	[ ! -s "$tmp/out" ]
	[ -s "$tmp/err" ]
}

@test "generate: JSON, YAML and what is said beside" {
	learn generate cli-in-make.rec
	[ "$status" -eq 0 ]
	same "$tmp/out" cli-generate-make.json
	same "$tmp/err" cli-generate-make-warnings.txt
	learn generate -q cli-in-make.rec
	expect 0 cli-generate-make.json
	learn generate -q --yaml cli-in-make.rec
	expect 0 cli-generate-make.yaml
}

@test "generate: the syntax follows the output's name unless it is said" {
	local name
	for name in a.json a.txt yaml; do
		learn generate -q cli-in-make.rec -o "$tmp/$name"
		same "$tmp/$name" cli-generate-make.json
	done
	for name in a.yaml a.yml A.YAML; do
		learn generate -q cli-in-make.rec -o "$tmp/$name"
		same "$tmp/$name" cli-generate-make.yaml
	done
	learn generate -q --yaml cli-in-make.rec -o "$tmp/b.json"
	same "$tmp/b.json" cli-generate-make.yaml
	learn generate -q --json cli-in-make.rec -o "$tmp/b.yaml"
	same "$tmp/b.yaml" cli-generate-make.json
	diff -u /dev/null "$tmp/out"
}

@test "generate: one ABI alone" {
	learn generate -q --abi x86 cli-in-make.rec
	expect 0 cli-generate-x86.json
	learn generate --abi arm cli-in-make.rec
	expect_trouble 2 "ABI 'arm' was not seen in the recording; seen: x86_64, x86"
}

@test "generate: layers, and the default" {
	learn generate -q --no-layer all --layer ./cli-in.layer cli-in-make.rec
	expect 0 cli-generate-layers.json
	learn generate -q --no-layer vdso --default-action kill-process cli-in-nightly.rec
	expect 0 cli-generate-kill.json
	learn generate -q --no-layer all --default-errno EPERM cli-in-nightly.rec
	[ "$(jq .defaultErrnoRet "$tmp/out")" -eq 1 ]
	# What is asked for is said, and what is on is not; each calls for itself, the last choice counts.
	learn generate --no-layer all --for crun-nnp --layer ./cli-in.layer -f names cli-in-nightly.rec
	grep -Fx 'seccomp-learn: the layer crun-nnp adds close, execve, umask, write' "$tmp/err"
	grep -x umask "$tmp/out"
	learn generate --for crun-nnp --no-layer all -f names cli-in-nightly.rec
	! grep 'the layer' "$tmp/err" || false
	! grep -x umask "$tmp/out" || false
	learn generate --for docker cli-in-nightly.rec
	expect_trouble 2 "--for: 'docker' has a runtime start its containers, normally runc; known: \
runc, runc-nnp, crun, crun-nnp" "try 'seccomp-learn generate --help'"
	learn record -q --for crun-nnp --layer variants -p "$tmp/runtime.json" -f names true
	grep -x umask "$tmp/runtime.json"
	grep -x openat2 "$tmp/runtime.json"
	echo "pwrite no such call" >"$tmp/bad.layer"
	learn generate --layer "$tmp/bad.layer" cli-in-nightly.rec
	expect_trouble 2 "$tmp/bad.layer:1: expected the name of a system call, found 'pwrite'"
}

@test "generate: several recordings, in any order" {
	learn generate cli-in-make.rec cli-in-nightly.rec
	[ "$status" -eq 0 ]
	same "$tmp/out" cli-generate-both.json
	cp "$tmp/err" "$tmp/err.first"
	learn generate cli-in-nightly.rec cli-in-make.rec cli-in-nightly.rec
	same "$tmp/out" cli-generate-both.json
	grep "gap " "$tmp/err.first" >"$tmp/gaps"
	grep "gap " "$tmp/err" | diff -u "$tmp/gaps" -
}

@test "generate: what is written is read again" {
	local name
	for name in p.json p.yaml; do
		learn generate -q cli-in-make.rec -o "$tmp/$name"
		"$learn" show --json "$tmp/$name" >"$tmp/$name.shown"
	done
	diff -u "$tmp/p.json.shown" "$tmp/p.yaml.shown"
	jq -e '.abis.x86_64 | index("openat")' "$tmp/p.json.shown"
}

@test "generate: a profile is no recording" {
	learn generate cli-in-profile.yaml
	expect_trouble 2 "cli-in-profile.yaml: a profile; expected a recording ('merge -f DIALECT FILE' writes a profile in another format)"
	printf '12 read(3, "", 1) = 0\n' >"$tmp/strace.log"
	learn generate "$tmp/strace.log"
	expect_trouble 2 "$tmp/strace.log: expected a recording, which 'seccomp-learn record' makes; logs of other tools are not read"
	learn generate cli-in-make.rec /nonexistent
	expect_trouble 2 "cannot open '/nonexistent': No such file or directory"
}

@test "generate: an output that fails leaves the old file" {
	echo '{"defaultAction":"SCMP_ACT_ALLOW"}' >"$tmp/p.json"
	cp "$tmp/p.json" "$tmp/old"
	learn generate -q cli-in-make.rec -o "$tmp/none/p.json"
	expect_trouble 2 "cannot create '$tmp/none/p.json': No such file or directory"
	learn generate -q /nonexistent -o "$tmp/p.json"
	[ "$status" -eq 2 ]
	diff -u "$tmp/old" "$tmp/p.json"
	learn generate -q cli-in-make.rec -o "$tmp/p.json"
	same "$tmp/p.json" cli-generate-make.json
	# Nothing temporary stays.
	[ "$(find "$tmp" -name '*.json.*' | wc -l)" -eq 0 ]
}

@test "every command that writes: a limit on the size of files is an error of writing" {
	local words
	mkdir "$tmp/limited"
	for words in "generate -q -o $tmp/limited/x.json cli-in-make.rec" \
		"merge -q -o $tmp/limited/x.rec cli-in-make.rec cli-in-nightly.rec" \
		"generate cli-in-make.rec" "merge cli-in-make.rec" "show cli-in-make.rec" \
		"diff cli-in-make.rec cli-in-nightly.rec" "lint cli-in-profile.yaml" "--help"; do
		echo "words: $words"
		status=0
		# shellcheck disable=SC2086 # several words
		(ulimit -f 0 && exec "$learn" $words >"$tmp/out" 2>/dev/null) || status=$?
		[ "$status" -eq 2 ]
		[ ! -s "$tmp/out" ]
	done
	# Nothing temporary stays.
	[ "$(find "$tmp/limited" -type f | wc -l)" -eq 0 ]
	# A usage error that can't be told is one all the same.
	status=0
	(ulimit -f 0 && exec "$learn" nonsense >/dev/null 2>"$tmp/err") || status=$?
	[ "$status" -eq 2 ]
}

@test "standard input and output that are closed are no success" {
	local words
	for words in "generate cli-in-make.rec" "merge cli-in-make.rec" "show cli-in-make.rec" \
		"diff cli-in-make.rec cli-in-nightly.rec" "lint cli-in-profile.yaml" "--help" \
		"--version" "completion fish"; do
		echo "words: $words"
		status=0
		# shellcheck disable=SC2086 # several words
		"$learn" $words >&- 2>"$tmp/err" || status=$?
		[ "$status" -eq 2 ]
		grep -F "cannot write standard output: Bad file descriptor" "$tmp/err"
	done
	status=0
	"$learn" show - <&- >"$tmp/out" 2>"$tmp/err" || status=$?
	expect_trouble 2 "cannot read '-': Bad file descriptor"
	# Where nothing is written, nothing is wrong; and nobody waits for words.
	"$learn" generate -q -o "$tmp/p.json" cli-in-make.rec >&-
	"$learn" generate -o "$tmp/p.json" cli-in-make.rec 2>&-
}

@test "completion: bash completes commands, options, words and the workload" {
	"$learn" completion bash >"$tmp/completion"
	cat >"$tmp/try" <<-'END'
		source "$1"
		compopt() { :; }
		try() {
			COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
			_seccomp_learn
			echo "${*:2}=> ${COMPREPLY[*]}"
		}
		try seccomp-learn ''
		try seccomp-learn g
		try seccomp-learn diff --f
		try seccomp-learn record --default-action = kill-
		try seccomp-learn generate --no-layer ''
		try seccomp-learn generate --for r
		for command in generate diff merge show lint; do
			try seccomp-learn $command cli-in-m
		done
		try seccomp-learn record -o x -- cat cli-in-m
		try seccomp-learn record cat --f
	END
	bash --norc "$tmp/try" "$tmp/completion" | sed 's/ *$//' | diff -u - <(
		cat <<-'END'
			=> record generate diff merge show lint help
			g=> generate
			diff --f=> --format --fail-on
			record --default-action = kill-=> kill-thread kill-process
			generate --no-layer => all core vdso runc runc-nnp crun crun-nnp variants
			generate --for r=> runc runc-nnp
			generate cli-in-m=> cli-in-make.rec
			diff cli-in-m=> cli-in-make.rec
			merge cli-in-m=> cli-in-make.rec
			show cli-in-m=> cli-in-make.rec
			lint cli-in-m=> cli-in-make.rec
			record -o x -- cat cli-in-m=> cli-in-make.rec
			record cat --f=>
		END
	)
}

@test "completion: zsh and fish read their scripts" {
	local shell
	for shell in zsh fish; do
		"$learn" completion "$shell" >"$tmp/completion.$shell"
		if command -v "$shell" >/dev/null; then
			"$shell" -n "$tmp/completion.$shell"
		fi
	done
	command -v fish >/dev/null || skip "needs fish"
	# shellcheck disable=SC2016 # fish expands it
	HOME=$tmp fish -c 'source $argv[1]; complete -C "seccomp-learn record --stop"' \
		"$tmp/completion.fish" | grep -q '^--stop-with-main'
}
