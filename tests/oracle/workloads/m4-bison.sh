#!/bin/sh
# bison (which runs m4) makes a calculator, gcc builds it, it calculates.
# needs: bison m4 gcc
set -eu
cat >calc.y <<'END'
%{
#include <ctype.h>
#include <stdio.h>
int yylex(void);
void yyerror(const char *s) { fprintf(stderr, "%s\n", s); }
%}
%token NUM
%left '+' '-'
%left '*' '/'
%%
input: %empty | input expr '\n' { printf("%d\n", $2); };
expr: NUM | expr '+' expr { $$ = $1 + $3; } | expr '*' expr { $$ = $1 * $3; } | '(' expr ')' { $$ = $2; };
%%
int yylex(void)
{
	int c = getchar();
	if (isdigit(c)) {
		ungetc(c, stdin);
		return scanf("%d", &yylval) == 1 ? NUM : 0;
	}
	return c == EOF ? 0 : c;
}
int main(void) { return yyparse(); }
END
bison -d -o calc.c calc.y
gcc -w -o calc calc.c
echo '2*(3+4)' | ./calc
echo '2**' | ./calc || echo "status $?"
# shellcheck disable=SC2016 # $1 is for m4
printf 'define(hello, world $1)hello(again) esyscmd(echo from m4)' | m4
