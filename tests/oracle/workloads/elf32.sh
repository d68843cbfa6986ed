#!/bin/sh
# A 32-bit program with threads, files, sockets and a 64-bit child.
# needs: gcc
# needs-kernel: elf32
# files: elf32.c
set -eu
if [ "${1-}" = prepare ]; then
	# The headers of the kernel are where gcc -m32 looks only if all of gcc-multilib is installed.
	gcc -m32 -idirafter "/usr/include/$(gcc -print-multiarch)" -O1 -pthread -o elf32 elf32.c
	exit 0
fi
./elf32
