#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "strbuf.h"

static void empty_is_a_string(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;

	assert_string_equal(sb.s, "");
	assert_int_equal(sb.len, 0);
	strbuf_cut(&sb, 0);
	strbuf_cut(&sb, 5);
	strbuf_adds(&sb, "");
	assert_string_equal(sb.s, "");
}

static void all_ways_of_adding(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;

	strbuf_adds(&sb, "one");
	strbuf_addch(&sb, ' ');
	strbuf_addf(&sb, "%d+%s", 2, "3");
	strbuf_add(&sb, "4567", 2);
	assert_string_equal(sb.s, "one 2+345");
	assert_int_equal(sb.len, strlen("one 2+345"));
}

static void nul_bytes_inside_are_kept(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;

	strbuf_add(&sb, "a\0b", 3);
	strbuf_addch(&sb, 'c');
	assert_int_equal(sb.len, 4);
	assert_memory_equal(sb.s, "a\0bc", 5);
}

static void grows_and_stays_a_string(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;

	for (size_t i = 0; i < 10000; i++) {
		strbuf_addch(&sb, (char)('a' + i % 26));
		assert_int_equal(sb.len, i + 1);
		assert_int_equal(sb.s[i + 1], '\0');
		assert_true(sb.cap > sb.len);
	}
	for (size_t i = 0; i < 10000; i++)
		assert_int_equal(sb.s[i], 'a' + (int)(i % 26));
}

static void cut_shortens_only(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;

	strbuf_adds(&sb, "abcdef");
	strbuf_cut(&sb, 6);
	strbuf_cut(&sb, 9);
	assert_string_equal(sb.s, "abcdef");
	assert_int_equal(sb.len, 6);
	strbuf_cut(&sb, 2);
	assert_string_equal(sb.s, "ab");
	strbuf_adds(&sb, "!");
	assert_string_equal(sb.s, "ab!");
	strbuf_cut(&sb, 0);
	assert_string_equal(sb.s, "");
}

static void steal_hands_over(void **state)
{
	(void)state;
	cleanup_strbuf struct strbuf sb = STRBUF_INIT;

	strbuf_adds(&sb, "mine");
	char *text = strbuf_steal(&sb);
	assert_string_equal(text, "mine");
	assert_string_equal(sb.s, "");
	free(text);
	/* Of an empty one too: the caller frees it in any case. */
	text = strbuf_steal(&sb);
	assert_string_equal(text, "");
	free(text);
	strbuf_adds(&sb, "again");
	assert_string_equal(sb.s, "again");
}

static void release_leaves_it_usable(void **state)
{
	(void)state;
	struct strbuf sb = STRBUF_INIT;

	strbuf_adds(&sb, "x");
	strbuf_release(&sb);
	strbuf_release(&sb);
	assert_string_equal(sb.s, "");
	strbuf_adds(&sb, "y");
	assert_string_equal(sb.s, "y");
	strbuf_release(&sb);
}

static void an_absurd_size_ends_the_program(void **state)
{
	(void)state;
	int status, out[2];
	char said[64] = "";

	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	pid_t pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct strbuf sb = STRBUF_INIT;

		(void)dup2(out[1], STDERR_FILENO);
		strbuf_reserve(&sb, SIZE_MAX / 2);
		_exit(0);
	}
	(void)close(out[1]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 2);
	assert_true(read(out[0], said, sizeof(said) - 1) > 0);
	assert_string_equal(said, "seccomp-learn: out of memory\n");
	(void)close(out[0]);
}

static void arrays_grow_when_full(void **state)
{
	(void)state;
	int *numbers = NULL;
	size_t cap = 0;

	for (size_t n = 0; n < 1000; n++) {
		xgrow(&numbers, n, &cap, sizeof(*numbers));
		assert_true(cap > n);
		numbers[n] = (int)n;
	}
	for (int n = 0; n < 1000; n++)
		assert_int_equal(numbers[n], n);
	free(numbers);
}

static void take_empties_the_variable(void **state)
{
	(void)state;
	char *p = xstrdup("p");
	int fd = 7;
	char *taken = TAKE_PTR(p);

	assert_null(p);
	assert_string_equal(taken, "p");
	free(taken);
	assert_int_equal(take_fd(&fd), 7);
	assert_int_equal(fd, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(empty_is_a_string),
		cmocka_unit_test(all_ways_of_adding),
		cmocka_unit_test(nul_bytes_inside_are_kept),
		cmocka_unit_test(grows_and_stays_a_string),
		cmocka_unit_test(cut_shortens_only),
		cmocka_unit_test(steal_hands_over),
		cmocka_unit_test(release_leaves_it_usable),
		cmocka_unit_test(an_absurd_size_ends_the_program),
		cmocka_unit_test(arrays_grow_when_full),
		cmocka_unit_test(take_empties_the_variable),
	};

	return cmocka_run_group_tests_name("strbuf", tests, NULL, NULL);
}
