#!/bin/sh
# make -j2 of a tiny project.
# needs: make gcc
set -eu
for i in 1 2 3 4; do
	echo "int f$i(void) { return $i; }" >"f$i.c"
done
echo 'int f1(void), f2(void), f3(void), f4(void); int main(void) { return f1() + f2() + f3() + f4() - 10; }' >main.c
cat >Makefile <<'END'
OBJ := $(patsubst %.c,%.o,$(sort $(wildcard *.c)))
WHEN := $(shell echo shell)
.SILENT:
all: program sub ; ./program && echo ran $(WHEN)
program: $(OBJ) ; $(CC) -o $@ $^
%.o: %.c ; $(CC) -MMD -c $<
sub: ; $(MAKE) --no-print-directory -C . leaf
leaf: ; echo leaf
clean: ; rm -f *.o program
-include $(OBJ:.o=.d)
END
make -j2
make -j2 -q || echo "status $?"
make -j2 clean
make -k nothing 2>&1 || echo "status $?"
