#!/usr/bin/env bats
# What an output may take the place of: an earlier result, and else nothing that was not meant.

bats_require_minimum_version 1.5.0

setup() {
	load lib
	make_dir
	cd "$DIR" || return 1
	unset SECCOMP_LEARN_RECORD_FLAGS
}

teardown() {
	cd /
	remove_dir
}

# The workload of "record" in these tests: it must not run when something is refused.
refused() { # STATUS MESSAGE ARG...
	local status=$1 message=$2
	shift 2
	capture run "$SECCOMP_LEARN" "$@"
	assert_status run "$status"
	assert_says run "$message"
	[ ! -e ran ]
}

taken() {
	capture run "$SECCOMP_LEARN" "$@"
	assert_status run 0
}

make_recordings() {
	taken record -q -o a.rec -- true
	taken record -q -o b.rec -- ls
}

is_recording() {
	"$SECCOMP_LEARN" show --json "$1" | jq -e .gaps
}

is_profile() {
	"$SECCOMP_LEARN" show --json "$1" | jq -e .default
}

@test "an input is no output" {
	make_recordings
	cp a.rec a.old
	refused 2 "'a.rec' is read, too, and would be overwritten: name another file with -o, or give --force" \
		generate -o a.rec a.rec
	ln -s a.rec link
	ln a.rec hard
	local name
	for name in link hard ./a.rec "$DIR/a.rec"; do
		refused 2 "'$name' is read, too," generate -o "$name" b.rec a.rec
		refused 2 "'$name' is read, too," merge -o "$name" b.rec a.rec
	done
	STDIN=a.rec refused 2 "'a.rec' is read, too," generate -o a.rec -
	status=0
	"$SECCOMP_LEARN" generate a.rec >>a.rec 2>run.err || status=$?
	assert_equal status 2 "$status"
	assert_says run "standard output is read, too,"
	printf 'read  for a test\n' >l.layer
	refused 2 "'l.layer' is read, too," generate --layer l.layer -o l.layer a.rec
	refused 125 "'l.layer' is read, too," record --layer l.layer -p l.layer -- touch ran
	cmp a.rec a.old
}

@test "merging in place is said with --force" {
	make_recordings
	taken generate -q -o a.json a.rec
	taken generate -q -o b.json b.rec
	refused 2 "'a.json' is read, too, and would be overwritten: name another file with -o, or give --force" \
		merge -o a.json a.json b.json
	taken merge --force -o a.json a.json b.json
	taken diff --fail-on widened a.json b.json
	taken merge --force -o a.rec a.rec b.rec
	is_recording a.rec
}

@test "no recording over a profile, and no profile over a recording" {
	make_recordings
	taken generate -q -o p.json a.rec
	cp a.rec a.old
	cp p.json p.old
	refused 125 "'p.json' is a profile, not a recording, and would be overwritten: name another file with -o, or give --force" \
		record -o p.json -- touch ran
	refused 125 "'a.rec' is a recording, not a profile, and would be overwritten: name another file with -p, or give --force" \
		record -p a.rec -- touch ran
	refused 2 "'a.rec' is a recording" generate -o a.rec b.rec
	refused 2 "'p.json' is a profile, not a recording" merge -o p.json a.rec b.rec
	cmp a.rec a.old
	cmp p.json p.old
	taken record -q --force -o p.json -p a.rec -- true
	is_recording p.json
	is_profile a.rec
}

@test "nothing over a file that is neither" {
	make_recordings
	local -A files=(
		[app.py]='print("a program")' [notes.txt]='call read later' [4242]='digits'
		[data.json]='{"a": 1}' [data.yaml]='read: 5' [list.json]='[1, 2]'
		[broken.json]='{"defaultAction": "SCMP_ACT_ALLOW"'
	)
	local name
	for name in "${!files[@]}"; do
		echo "file: $name"
		echo "${files[$name]}" >"$name"
		refused 125 "'$name' is neither a recording nor a profile and would be overwritten" \
			record -o "$name" -- touch ran
		refused 125 "--force" record -p "./$name" -- touch ran
		refused 2 "'$name' is neither" generate -o "$name" a.rec
		refused 2 "'$name' is neither" merge -o "$name" a.rec b.rec
		assert_equal "content" "${files[$name]}" "$(cat "$name")"
	done
	head -c 20000000 /dev/zero >large
	refused 125 "'large' is neither" record -o large -- touch ran
	taken generate -q --force -o app.py a.rec
	is_profile app.py
}

@test "a profile that is only a part of a file" {
	make_recordings
	echo '{"ociVersion":"1.0.2","linux":{"seccomp":{"defaultAction":"SCMP_ACT_ALLOW"}}}' >config.json
	printf '[Unit]\nDescription=x\n[Service]\nExecStart=/bin/true\nSystemCallFilter=read\n' >x.service
	sha256sum config.json x.service >sums
	local name
	for name in config.json x.service; do
		refused 2 "'$name' is more than a profile, which is only a part of it, and would be overwritten" \
			generate -o "$name" a.rec
		refused 125 "'$name' is more than a profile" record -p "$name" -- touch ran
	done
	sha256sum -c sums
}

@test "empty files, and earlier results in each format, are written over" {
	local format
	: >x.rec
	echo >x.json
	taken record -q -o x.rec -p x.json -- true
	taken record -q -o x.rec -p x.json -- true
	for format in oci docker podman k8s systemd minijail firejail bpf names; do
		echo "format: $format"
		taken record -q -f "$format" -p "my.$format" -- true
		taken record -q -f "$format" -p "my.$format" -- true
		taken generate -q -f "$format" -o "my.$format" x.rec
	done
	# Also a recording that was cut off, and one that is larger than any profile.
	sed -i '$d' x.rec
	taken record -q -o x.rec -- true
	is_recording x.rec
	head -c 20000000 /dev/zero | tr '\0' '\n' >>x.rec
	taken record -q -o x.rec -- true
	[ "$(stat -c %s x.rec)" -lt 100000 ]
}

@test "seccomp.json, when no name was given" {
	taken record -q -- ls
	cp seccomp.json ls.json
	# What it allows is not lost, and neither is what was learnt.
	refused 125 "'seccomp.json' allows what this run did not need, such as " record -- true
	assert_says run "-p seccomp.json would have replaced it"
	assert_says run "saved the recording as 'seccomp.json.rec' instead"
	cmp seccomp.json ls.json
	is_recording seccomp.json.rec
	# The way that it names, to a profile for both.
	assert_says run "'seccomp-learn generate' makes a profile of the recording, and 'merge' joins the two"
	taken generate -q -o true.json seccomp.json.rec
	taken merge -q -o both.json seccomp.json true.json
	# The same once more, and more.
	taken record -q -- ls
	taken record -q --layer variants -- ls
	taken record -q -p seccomp.json -- true
	taken record -q -- ls
	# In every format that is read.
	local format
	for format in oci docker podman k8s systemd names; do
		rm seccomp.json
		taken record -q -f "$format" -- true
		taken record -q -f "$format" -- true
	done
	# What this program did not make is not touched, whatever it allows.
	echo '{"defaultAction": "SCMP_ACT_ERRNO"}' >seccomp.json
	refused 125 "'seccomp.json' is a profile that this program did not make, and would be overwritten" \
		record -- touch ran
	assert_says run "-p seccomp.json"
	echo '{"name": "another program"}' >seccomp.json
	refused 125 "'seccomp.json' is neither a recording nor a profile and would be overwritten" \
		record -- touch ran
	assert_says run "--force"
	taken record -q --force -- true
	is_profile seccomp.json
}

@test "a number is no profile" {
	refused 125 "was --pid 4242 meant?" record -p 4242 -- touch ran
	assert_says run "write -p ./4242"
	[ ! -e 4242 ]
	taken record -q -p ./4242 -- true
	is_profile 4242
}

@test "a filter program is for no terminal, whatever that is called" {
	need_tool script
	make_recordings
	local name
	for name in - /dev/stdout /dev/tty; do
		script -qec "'$SECCOMP_LEARN' generate -f bpf -o $name a.rec" screen \
			>/dev/null </dev/null || true
		grep -F "a filter program is no text: name a file with -o" screen
	done
	taken generate -q -f bpf -o - a.rec
	"$SECCOMP_LEARN" show run.out >/dev/null
}
