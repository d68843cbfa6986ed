#!/bin/sh
# What a script made by autoconf does: each question is a little program that is written, compiled
# and thrown away, with sed, grep, expr and awk around it. Answers go to config.h; see configure.py.
set -eu

CC=gcc
log=config.log
confdefs=confdefs.h
: >$confdefs
: >$log

as_tr() {
	printf '%s\n' "$1" | sed 'y%abcdefghijklmnopqrstuvwxyz./ %ABCDEFGHIJKLMNOPQRSTUVWXYZ___%'
}

define() { # NAME VALUE
	printf '#define %s %s\n' "$1" "$2" >>$confdefs
}

result() { # QUESTION ANSWER
	printf 'checking %s... %s\n' "$1" "$2"
	printf 'configure: %s: %s\n' "$1" "$2" >>$log
}

conftest() { # PROGRAM TEXT is standard input
	cat $confdefs - >conftest.c
}

compiles() {
	if $CC -c conftest.c -o conftest.o 2>conftest.err; then
		rm -f conftest.*
		return 0
	fi
	grep -v '^ *+' conftest.err >>$log
	sed 's/^/| /' conftest.c >>$log
	rm -f conftest.*
	return 1
}

links() {
	if $CC -o conftest conftest.c "$@" 2>conftest.err && test -x conftest; then
		rm -f conftest conftest.*
		return 0
	fi
	sed 's/^/| /' conftest.c >>$log
	rm -f conftest conftest.*
	return 1
}

check_header() {
	printf '#include <%s>\nint main(void) { return 0; }\n' "$1" | conftest
	if compiles; then
		define "HAVE_$(as_tr "$1")" 1
		result "for $1" yes
	else
		result "for $1" no
	fi
}

check_function() {
	printf 'char %s(void);\nint main(void) { return %s() != 0; }\n' "$1" "$1" | conftest
	if links -fno-builtin -w; then
		define "HAVE_$(as_tr "$1")" 1
		result "for $1" yes
	else
		result "for $1" no
	fi
}

# As when cross-compiling: an array whose size is negative when the guess is wrong.
check_size() {
	for size in 1 2 4 8 16; do
		printf '#include <sys/types.h>\nint a[sizeof(%s) == %s ? 1 : -1];\n' "$1" $size | conftest
		if compiles; then
			define "SIZEOF_$(as_tr "$1")" $size
			result "size of $1" $size
			return
		fi
	done
	result "size of $1" unknown
}

check_program() {
	for dir in $(printf '%s\n' "$PATH" | sed 's/:/ /g'); do
		if test -x "$dir/$1"; then
			result "for $1" "$(expr "X$dir/$1" : 'X\(.*\)')"
			return
		fi
	done
	result "for $1" no
}

result "build system type" "$(uname -m)-$(uname -s | sed 'y/LINUX/linux/')"
for program in gawk mawk awk install mkdir strip ranlib ar nm ld as m4 perl flex bison egrep; do
	check_program $program
done

printf 'int main(void) { return 0; }\n' | conftest
links
result "whether the C compiler works" yes
for flag in -Wall -Wextra -O2 -g -fPIC -pthread -Wno-such-warning-as-this -fno-such-flag; do
	printf 'int main(void) { return 0; }\n' | conftest
	if links $flag; then
		result "whether $CC accepts $flag" yes
	else
		result "whether $CC accepts $flag" no
	fi
done

for header in stdio.h stdlib.h string.h strings.h inttypes.h stdint.h unistd.h sys/stat.h \
	sys/types.h sys/time.h sys/socket.h sys/select.h sys/mman.h sys/param.h sys/wait.h sys/un.h \
	sys/uio.h sys/epoll.h sys/event.h sys/prctl.h netinet/in.h netinet/tcp.h arpa/inet.h netdb.h \
	fcntl.h dlfcn.h errno.h limits.h locale.h pthread.h sched.h signal.h termios.h time.h \
	wchar.h poll.h pwd.h windows.h port.h; do
	check_header $header
done

for type in char short int long "long long" "void *" size_t off_t; do
	check_size "$type"
done

for function in accept4 alarm atexit bzero clock_gettime dup2 epoll_create1 fchdir fork \
	getcwd gethostbyname getpagesize gettimeofday inet_ntoa kqueue localtime_r memmove memset mkdir \
	mmap munmap nanosleep pipe2 poll realpath select setenv sigaction socket strcasecmp strchr \
	strdup strerror strlcpy strstr strtoul sysctlbyname uname usleep vfork; do
	check_function $function
done

# config.status: the template filled in.
for name in $(sed -n 's/^#define \([A-Z0-9_]*\) .*/\1/p' $confdefs | sort -u); do
	printf '#undef %s\n' "$name"
done >config.h.in
awk 'NR == FNR { value[$2] = $3; next } { print "#define " $2 " " value[$2] }' \
	$confdefs config.h.in >config.h
for file in Makefile src/Makefile lib/Makefile doc/Makefile tests/Makefile; do
	mkdir -p "$(dirname $file)"
	printf 'CC = @CC@\nprefix = @prefix@\nsrcdir = @srcdir@\n' |
		sed -e "s%@CC@%$CC%g" -e "s%@prefix@%/usr/local%g" -e "s%@srcdir@%.%g" >$file
	result "whether to create $file" "$(expr "$(wc -l <$file)" + 0) lines"
done
