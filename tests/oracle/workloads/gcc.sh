#!/bin/sh
# gcc: preprocess, compile, assemble, archive, link, run.
# needs: gcc ar
set -eu
cat >one.c <<'END'
#include <stdio.h>
int two(int);
int main(void)
{
	return printf("two(20) = %d\n", two(20)) < 0;
}
END
cat >two.c <<'END'
int two(int n)
{
	return n < 2 ? n : two(n - 1) + two(n - 2);
}
END
gcc -O2 -g -Wall -c one.c
gcc -O2 -flto=1 -pipe -c two.c -o lto.o
gcc -O2 -fPIC -shared two.c -o libtwo.so
gcc -c two.c
ar rcs libtwo.a two.o
ranlib libtwo.a
gcc one.o -L. -Wl,-Bstatic -ltwo -Wl,-Bdynamic -o static-lib
gcc one.o -L. -Wl,-rpath,"$PWD" libtwo.so -o shared-lib
./static-lib
./shared-lib
echo 'int main(void) { return undeclared; }' >bad.c
gcc -c bad.c 2>/dev/null || echo "status $?"
nm libtwo.a | grep -c ' T two'
strip static-lib
./static-lib
