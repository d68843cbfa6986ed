# shellcheck shell=bash
# Applications, each with a root file system of its own: a static busybox, what the application
# needs, and nothing else. They are recorded in it outside of any container, and then run in it by
# runc and crun. Source lib.bash first; record() and config() here take the place of those there,
# whose root file system has the host's /usr.
#
# An application is a function app_NAME below. It puts the files in place and sets APPLICATION, its
# command line; STATUS, how it ends, if that is not 0; RUNS, how many recordings show all that it may
# do, if that is not 1: threads and processes do not always come in each other's way.

# Settings of a run inside: is process.noNewPrivileges true; the user; the capabilities: "all" or
# "docker", what Docker gives. Outside, it is recorded by the same user, who has all capabilities if
# it is root and none if not.
# shellcheck disable=SC2034 # others set and read them
NO_NEW_PRIVILEGES=true APP_USER=0 CAPABILITIES=all

DOCKER_CAPABILITIES=chown,dac_override,fsetid,fowner,mknod,net_raw,setgid,setuid,setfcap,setpcap
DOCKER_CAPABILITIES+=,net_bind_service,sys_chroot,kill,audit_write

APPLICATIONS_DIR=$(dirname "$(realpath "${BASH_SOURCE[0]}")")
WORKLOADS_DIR=$(realpath "$APPLICATIONS_DIR/../oracle/workloads")

# ---- The applications ---------------------------------------------------------------------------

# A static shell and its tools.
app_busybox() {
	script "$WORKLOADS_DIR/busybox.sh"
}

# A static C program.
app_static-c() {
	compile files.c -static
}

# A C program with the dynamic C library.
app_dynamic-c() {
	compile files.c
}

# C threads that serve each other.
app_threads() {
	compile threads.c -pthread
	RUNS=2
}

# A 32-bit program, with threads, sockets and a 64-bit child.
app_elf32() {
	local reason
	! reason=$("$APPLICATIONS_DIR/../kernel" why elf32) || missing "$reason" || return
	compile ../../oracle/src/elf32.c -m32 -idirafter "/usr/include/$(gcc -print-multiarch)" -pthread
}

# A static Go program with a server, files and a child.
app_static-go() {
	CGO_ENABLED=0 compile_go "$WORKLOADS_DIR/../src/goroutines.go"
	RUNS=2
}

# A Go program that uses the dynamic C library.
app_cgo() {
	CGO_ENABLED=1 compile_go "$APPLICATIONS_DIR/src/cgo.go"
	RUNS=2
}

# A shell entry point that becomes the server.
app_httpd() {
	script httpd.sh
	STATUS=143 RUNS=2
}

# An entry point that drops its privileges and executes its arguments; redis-server and redis-cli.
app_redis() {
	files redis-server redis-cli setpriv
	copy entrypoint.sh
	script redis.sh
	RUNS=2
}

app_nginx() {
	files nginx
	copy nginx.conf
	script nginx.sh
	RUNS=2
}

app_python3() {
	python
	copy python.py
	APPLICATION=(/usr/bin/python3 -B /app/python.py)
	RUNS=2
}

# A server of threads in one process, its client in another, started by a shell.
app_python-http() {
	python
	script "$WORKLOADS_DIR/python-http.sh"
	RUNS=2
}

app_perl() {
	files perl
	tree /usr/lib/x86_64-linux-gnu/perl-base
	copy perl.pl
	APPLICATION=(/usr/bin/perl /app/perl.pl)
}

app_bash() {
	files bash
	script bash.sh
}

# Debian's /bin/sh.
app_dash() {
	files dash
	script_of_dash "$WORKLOADS_DIR/dash.sh"
	STATUS=3
}

app_sqlite3() {
	files sqlite3
	copy sqlite3.sql
	APPLICATION=(/usr/bin/sqlite3 app.db ".read /app/sqlite3.sql")
}

app_openssl() {
	files openssl
	script openssl.sh
}

app_git() {
	files git
	tree /usr/share/git-core/templates
	script git.sh
}

app_jq() {
	files jq
	APPLICATION=(/usr/bin/jq -n -c '[range(20) | {n: ., even: (. % 2 == 0)}] | group_by(.even) | map(length)')
}

app_text() {
	files dash find xargs grep sed sort mawk
	ln -sf mawk "$ROOT/usr/bin/awk"
	script_of_dash text.sh
}

app_tar() {
	files dash tar gzip
	script_of_dash tar.sh
}

# The names of all applications, in the order above.
applications() {
	sed -n 's/^app_\([^ ]*\)() {$/\1/p' "$APPLICATIONS_DIR/applications.bash"
}

# ---- What they are made of ----------------------------------------------------------------------

# missing REASON: what is needed is not there. For callers to say so; the status is 77.
missing() {
	echo "$1"
	return 77
}

# files PROGRAM...: copies them and their libraries. What busybox has by that name gives way.
files() {
	local program path paths=()
	[ -z "$BUILT" ] || return 0
	for program; do
		path=$(PATH=/usr/sbin:/usr/bin:/sbin:/bin type -P "$program") || missing "needs $program" || return
		paths+=("/usr/${path#/usr/}")
	done
	(cd "$ROOT" && rm -f "${paths[@]#/}")
	cp -L --parents -t "$ROOT" "${paths[@]}"
	libraries "${paths[@]}"
	tree /usr/lib/locale/C.utf8
}

libraries() {
	install_libraries < <(ldd "$@" 2>/dev/null)
}

# Those of which ldd speaks on standard input: into /usr, where the host has them in fact.
install_libraries() {
	local line library path='/[^ ]+'
	local -A all=()
	while read -r line; do
		[[ $line == *'('* && $line =~ $path ]] || continue
		library=${BASH_REMATCH[0]}
		[ -e "$ROOT$library" ] || all[$library]=1
	done
	[ ${#all[@]} -eq 0 ] || cp -L --parents -t "$ROOT" "${!all[@]}"
}

# tree DIRECTORY: copies all of it.
tree() {
	[ -z "$BUILT" ] || return 0
	mkdir -p "$ROOT${1%/*}"
	cp -a -T "$1" "$ROOT$1"
}

# copy FILE...: into /app. Names without a path are files of src/.
copy() {
	local file
	[ -z "$BUILT" ] || return 0
	for file; do
		case $file in
		*/*) cp "$file" "$ROOT/app/" ;;
		*) cp "$APPLICATIONS_DIR/src/$file" "$ROOT/app/" ;;
		esac
	done
}

# script FILE: the application is that script.
script() {
	copy "$1"
	APPLICATION=("/app/${1##*/}")
}

# ... by Debian's shell: busybox's takes its own sort and not the one that is in PATH.
script_of_dash() {
	copy "$1"
	APPLICATION=(/bin/dash "/app/${1##*/}")
}

# compile FILE [FLAG...]: the application is that C program.
compile() {
	local source=$APPLICATIONS_DIR/src/$1 program
	program=$(basename "$1" .c)
	APPLICATION=("/app/$program")
	[ -z "$BUILT" ] || return 0
	gcc -O1 -o "$ROOT/app/$program" "$source" "${@:2}" || missing "gcc ${*:2} does not work" || return
	libraries "$ROOT/app/$program"
}

# compile_go FILE: the application is that Go program.
compile_go() {
	local program
	program=$(basename "$1" .go)
	APPLICATION=("/app/$program")
	[ -z "$BUILT" ] || return 0
	type -P go >/dev/null || missing "needs go" || return
	# What of Go's own library has to be compiled is kept.
	GOCACHE="${GOCACHE:-$BUILD_DIR/tests/go-cache}" GOPATH="$BATS_FILE_TMPDIR/go" GOFLAGS=-mod=mod GOPROXY=off \
		GO111MODULE=off go build -o "$ROOT/app/$program" "$1"
	libraries "$ROOT/app/$program"
}

# Python, its standard library (but for its tests and what is never loaded here) and their libraries.
python() {
	local modules new library=$BATS_FILE_TMPDIR/python
	[ -z "$BUILT" ] || return 0
	files python3
	if [ ! -d "$library" ]; then
		new=$(mktemp -d "$library.XXXXXX")
		(cd /usr/lib && tar -c --exclude=test --exclude=idlelib --exclude='config-*' --exclude=ensurepip \
			--exclude=lib2to3 --exclude=tkinter --exclude=pydoc_data python3.11) | tar -x -C "$new"
		# What ldd says of each, in one process.
		modules=(/usr/lib/python3*/lib-dynload/*.so)
		LD_TRACE_LOADED_OBJECTS=1 LD_PRELOAD="${modules[*]}" /usr/bin/python3 >"$new/libraries"
		mv -T "$new" "$library" 2>/dev/null || rm -r "$new"
	fi
	cp -al "$library"/python3.11 "$ROOT/usr/lib/"
	install_libraries <"$library/libraries"
}

# ---- The root file system -----------------------------------------------------------------------

# build_application NAME: makes its root file system, if it is not there yet, and sets ROOT and what app_NAME sets. Status 77,
# with the reason on standard output: something that it is made of is missing.
build_application() {
	ROOT=$BATS_FILE_TMPDIR/roots/$1 STATUS=0 RUNS=1 BUILT=
	make_learner
	if [ -e "$ROOT.built" ]; then
		BUILT=1
		"app_$1"
		return
	fi
	make_base
	mkdir -p "${ROOT%/*}"
	cp -al "$BASE" "$ROOT"
	"app_$1" || return
	touch "$ROOT.built"
}

# What is in all of them, in the directory BASE, whose files they share: busybox, and who is who.
make_base() {
	local link new
	BASE=$BATS_FILE_TMPDIR/base
	[ ! -d "$BASE" ] || return 0
	new=$(mktemp -d "$BASE.XXXXXX")
	chmod 755 "$new"
	mkdir -p "$new"/{app,cwd,dev,etc,learner,out,proc,sys,tmp,usr/{bin,sbin,lib,lib32,lib64,libx32}}
	chmod 1777 "$new"/{out,tmp}
	for link in bin sbin lib lib32 lib64 libx32; do
		ln -sfn "usr/$link" "$new/$link"
	done
	cp /bin/busybox "$new/bin/"
	chroot "$new" /bin/busybox --install -s /bin
	echo 'root:x:0:0:root:/cwd:/bin/sh
app:x:1000:1000:app:/cwd:/bin/sh' >"$new/etc/passwd"
	printf '%s\n' 'root:x:0:' 'app:x:1000:' >"$new/etc/group"
	echo '127.0.0.1 localhost' >"$new/etc/hosts"
	mv -T "$new" "$BASE" 2>/dev/null || rm -r "$new"
}

# The learner with its libraries, to be seen at /learner while recording only, and how it is started
# there, in the array LEARNER. setpriv starts it as the user. One for all applications of a file, some
# of which may be recorded at the same time.
make_learner() {
	local program loader new
	LEARNER_DIR=$BATS_FILE_TMPDIR/learner
	if [ ! -d "$LEARNER_DIR" ]; then
		new=$(mktemp -d "$LEARNER_DIR.XXXXXX")
		chmod 755 "$new"
		for program in "$SECCOMP_LEARN" "$(type -P setpriv)"; do
			cp "$program" "$new/"
			ldd "$program" | grep -o '/[^ ]*' | xargs -I @ cp -L @ "$new/"
		done
		mv -T "$new" "$LEARNER_DIR" 2>/dev/null || rm -r "$new"
	fi
	loader=$(echo "$LEARNER_DIR"/ld-linux*)
	loader=(/learner/"${loader##*/}" --library-path /learner)
	LEARNER=("${loader[@]}" "/learner/${SECCOMP_LEARN##*/}")
	[ "$APP_USER" -eq 0 ] || LEARNER=("${loader[@]}" /learner/setpriv --reuid="$APP_USER"
		--regid="$APP_USER" --clear-groups -- "${LEARNER[@]}")
}

# outside: as lib.bash has it. Who records may be another user than root.
outside() {
	# He writes his recording there.
	# shellcheck disable=SC2154 # record() has it
	[ "$APP_USER" -eq 0 ] || chown "$APP_USER:$APP_USER" "$WORK" "$BATS_TEST_TMPDIR" "$name.rec"
	OUTSIDE=(--net --bind "$ROOT" "$ROOT" --show "$LEARNER_DIR" "$ROOT/learner" --bind "$WORK" "$ROOT/cwd"
		--bind "$BATS_TEST_TMPDIR" "$ROOT/out" --bind-all /dev "$ROOT/dev" --mount proc "$ROOT/proc"
		--mount sysfs "$ROOT/sys" --root "$ROOT" --cd /cwd)
	in_environment
}

# record_application: its recordings, in the array RECORDINGS; the first run is called "native1".
record_application() {
	local i
	RECORDINGS=()
	for ((i = 1; i <= RUNS; i++)); do
		record "native$i" "${APPLICATION[@]}"
		left_behind >>"$BATS_TEST_TMPDIR/native$i.out"
		RECORDINGS+=("$BATS_TEST_TMPDIR/native$i.rec")
		[ "$(<"$BATS_TEST_TMPDIR/native$i.status")" = "$STATUS" ] || {
			cat "$BATS_TEST_TMPDIR/native$i."{status,out,err}
			return 1
		}
	done
}

# What the run has made of /cwd: names, types, modes, owners, links, and is it empty.
left_behind() {
	! is_empty "$WORK" || return 0
	(cd "$WORK" && find . -mindepth 1 -printf '%P %M %U:%G %l' \( -empty -printf 'empty' -o -true \) \
		-printf '\n' | LC_ALL=C sort)
}

# config PROFILE COMMAND...: writes the bundle's config.json, as lib.bash has it.
config() {
	local text
	[ "$APP_USER" -eq 0 ] || chown "$APP_USER:$APP_USER" "$WORK"
	[ -d "$BATS_TEST_TMPDIR/bundle" ] || mkdir "$BATS_TEST_TMPDIR/bundle"
	text=$(<"$BATS_FILE_TMPDIR/$CAPABILITIES-$APP_USER.json")
	text=${text/\"NO_NEW_PRIVILEGES\"/"$NO_NEW_PRIVILEGES"}
	fill_in "$@" >"$BATS_TEST_TMPDIR/bundle/config.json"
}

# The templates for that, before the first container of a file. An ordinary user has his capabilities in the
# bounding set alone.
make_templates() {
	local user all
	runc spec --bundle "$BATS_FILE_TMPDIR"
	all_capabilities
	for user in 0 1000; do
		for all in "$ALL_CAPABILITIES" "$DOCKER_CAPABILITIES"; do
			template '
				($capabilities | ascii_upcase | split(",") | map("CAP_" + .)) as $bounding |
				(if $user == 0 then $bounding else [] end) as $has |
				.process |= (.noNewPrivileges = "NO_NEW_PRIVILEGES" | .user = {uid: $user, gid: $user} |
					.capabilities = {bounding: $bounding, effective: $has, permitted: $has})' \
				--arg capabilities "$all" --argjson user "$user" \
				>"$BATS_FILE_TMPDIR/$([ "$all" = "$ALL_CAPABILITIES" ] && echo all || echo docker)-$user.json"
		done
	done
}

# contain RUNTIME PROFILE NAME: runs the application inside, as in_container has it.
contain() {
	in_container "$@" "${APPLICATION[@]}"
	left_behind >>"$BATS_TEST_TMPDIR/$3.out"
}

# profile RUNTIME FILE REC...: the profile for that runtime with these settings.
profile() {
	local runtime=$1 file=$2
	shift 2
	[ "$NO_NEW_PRIVILEGES" = false ] || runtime+=-nnp
	"$SECCOMP_LEARN" generate -q --for "$runtime" -o "$file" "$@"
}
