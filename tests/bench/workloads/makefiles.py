import os

import workload

FILES = 300

MAKEFILE = """
objects := $(patsubst %.c,out/%.o,$(wildcard *.c))
out/program: $(objects)
\tcc -o $@ $^
out/%.o: %.c
\tcc -O0 -c -o $@ $<
"""

# Each file has a function that calls the next one.
SOURCE = """static int table[] = {{{n}, {n} + 1, {n} + 2}};
int f{next}(int);
int f{n}(int x)
{{
\tint sum = 0;
\tfor (int i = 0; i < 3; i++)
\t\tsum += table[i] * x;
\treturn f{next}(sum);
}}
"""


class Workload(workload.Timed):
    what = f"make -j2 of {FILES} small C files, linked into one program"
    needs = ("make", "cc")

    def prepare(self):
        os.mkdir(self.path("tree"))
        self.write("tree/Makefile", MAKEFILE)
        for n in range(FILES - 1):
            self.write(f"tree/file{n}.c", SOURCE.format(n=n, next=n + 1))
        end = f"int f{FILES - 1}(int x)\n{{\n\treturn x & 1;\n}}\n"
        self.write("tree/main.c", f"{end}int f0(int);\nint main(void)\n{{\n\treturn f0(2);\n}}\n")

    def reset(self):
        self.quietly("rm", "-rf", "tree/out")
        self.quietly("mkdir", "tree/out")

    def command(self):
        return ["make", "-s", "-C", "tree", "-j2"]
