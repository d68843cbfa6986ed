#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka.h needs the four above. */
#include <cmocka.h>

#include <stdlib.h>

#include "alloc.h"
#include "task.h"

static unsigned int n_gone;
static pid_t last_gone;

static void gone(void *data, struct task *task)
{
	assert_ptr_equal(data, &n_gone);
	n_gone++;
	last_gone = task->tid;
}

static struct task *exec_of(struct tasks *tasks, pid_t old_tid, pid_t tid)
{
	n_gone = 0;
	last_gone = 0;
	return tasks_exec(tasks, old_tid, tid, gone, &n_gone);
}

static void give_observation(struct tasks *tasks, struct task *task)
{
	task->pending = xcalloc(1, sizeof(*task->pending));
	task->pending->exe = xstrdup("/bin/true");
	tasks->n_pending++;
}

static void adding_and_removing(void **state)
{
	(void)state;
	struct tasks tasks = {0};

	assert_null(tasks_find(&tasks, 5));
	struct task *a = tasks_add(&tasks, 5, 5), *b = tasks_add(&tasks, 6, 5);
	struct task *c = tasks_add(&tasks, 7, 7);
	assert_ptr_equal(tasks_find(&tasks, 5), a);
	assert_ptr_equal(tasks_find(&tasks, 6), b);
	assert_ptr_equal(a->process, b->process);
	assert_ptr_not_equal(a->process, c->process);
	assert_int_equal(a->process->tgid, 5);
	assert_int_equal(a->process->n_tasks, 2);
	assert_int_equal(tasks_count(&tasks), 3);
	assert_int_equal(tasks_process_count(&tasks), 2);

	give_observation(&tasks, b);
	tasks_remove(&tasks, b);
	assert_int_equal(tasks.n_pending, 0);
	assert_null(tasks_find(&tasks, 6));
	assert_int_equal(a->process->n_tasks, 1);
	tasks_remove(&tasks, a);
	assert_int_equal(tasks_process_count(&tasks), 1);
	tasks_remove(&tasks, c);
	assert_int_equal(tasks_count(&tasks), 0);
	assert_int_equal(tasks_process_count(&tasks), 0);
	assert_int_equal(tasks.seen_tasks, 3);
	assert_int_equal(tasks.seen_processes, 2);
}

static void process_is_learnt_later(void **state)
{
	(void)state;
	struct tasks tasks = {0};
	struct task *a = tasks_add(&tasks, 5, -2), *b = tasks_add(&tasks, 6, 0);

	assert_null(a->process);
	assert_null(b->process);
	assert_int_equal(tasks.seen_processes, 0);
	tasks_set_process(&tasks, a, -3);
	assert_null(a->process);
	tasks_set_process(&tasks, a, 5);
	assert_int_equal(a->process->tgid, 5);
	/* Known once, known for good. */
	tasks_set_process(&tasks, a, 9);
	assert_int_equal(a->process->tgid, 5);
	assert_int_equal(a->process->n_tasks, 1);
	assert_int_equal(tasks.seen_processes, 1);
	tasks_release(&tasks);
	assert_int_equal(tasks_count(&tasks), 0);
}

static void exec_by_the_only_thread(void **state)
{
	(void)state;
	struct tasks tasks = {0};
	struct task *a = tasks_add(&tasks, 5, 5);

	give_observation(&tasks, a);
	assert_ptr_equal(exec_of(&tasks, 5, 5), a);
	assert_int_equal(n_gone, 0);
	assert_non_null(a->pending);
	tasks_release(&tasks);
	assert_int_equal(tasks.n_pending, 0);
}

static void exec_by_the_leader_of_many(void **state)
{
	(void)state;
	struct tasks tasks = {0};
	struct task *a = tasks_add(&tasks, 5, 5);

	(void)tasks_add(&tasks, 6, 5);
	(void)tasks_add(&tasks, 7, 7);
	assert_ptr_equal(exec_of(&tasks, 5, 5), a);
	assert_int_equal(n_gone, 1);
	assert_int_equal(last_gone, 6);
	assert_int_equal(a->process->n_tasks, 1);
	assert_int_equal(tasks_count(&tasks), 2);
	tasks_release(&tasks);
}

static void exec_by_another_thread(void **state)
{
	(void)state;
	struct tasks tasks = {0};

	give_observation(&tasks, tasks_add(&tasks, 5, 5));
	struct task *b = tasks_add(&tasks, 6, 5);
	(void)tasks_add(&tasks, 7, 5);
	(void)tasks_add(&tasks, 8, 8);
	assert_ptr_equal(exec_of(&tasks, 6, 5), b);
	assert_int_equal(n_gone, 2);
	assert_int_equal(b->tid, 5);
	assert_ptr_equal(tasks_find(&tasks, 5), b);
	assert_null(tasks_find(&tasks, 6));
	assert_null(tasks_find(&tasks, 7));
	assert_int_equal(b->process->tgid, 5);
	assert_int_equal(b->process->n_tasks, 1);
	assert_int_equal(tasks.n_pending, 0);
	assert_int_equal(tasks_count(&tasks), 2);
	assert_int_equal(tasks.seen_tasks, 4);
	assert_int_equal(tasks.seen_processes, 2);
	tasks_release(&tasks);
}

/* A leader whose process was never found out is void all the same: its number is taken. */
static void exec_over_a_leader_of_no_process(void **state)
{
	(void)state;
	struct tasks tasks = {0};

	(void)tasks_add(&tasks, 5, 0);
	struct task *b = tasks_add(&tasks, 6, 0);
	assert_ptr_equal(exec_of(&tasks, 6, 5), b);
	assert_int_equal(n_gone, 1);
	assert_int_equal(tasks_count(&tasks), 1);
	assert_int_equal(b->process->tgid, 5);
	tasks_release(&tasks);
}

static void exec_by_an_unknown_thread(void **state)
{
	(void)state;
	struct tasks tasks = {0};

	(void)tasks_add(&tasks, 5, 5);
	struct task *b = exec_of(&tasks, 6, 5);
	assert_non_null(b);
	assert_int_equal(n_gone, 1);
	assert_ptr_equal(tasks_find(&tasks, 5), b);
	assert_int_equal(tasks_count(&tasks), 1);
	assert_int_equal(b->process->n_tasks, 1);
	tasks_release(&tasks);
	assert_int_equal(tasks_process_count(&tasks), 0);
}

static void many_come_and_go(void **state)
{
	(void)state;
	struct tasks tasks = {0};

	for (pid_t round = 0; round < 20; round++) {
		for (pid_t tid = 1; tid <= 1000; tid++)
			(void)tasks_add(&tasks, tid, (tid + round) / 10 + 1);
		assert_int_equal(tasks_count(&tasks), 1000);
		for (pid_t tid = 1000; tid >= 1; tid--)
			tasks_remove(&tasks, tasks_find(&tasks, tid));
		assert_int_equal(tasks_count(&tasks), 0);
		assert_int_equal(tasks_process_count(&tasks), 0);
	}
	assert_int_equal(tasks.seen_tasks, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(adding_and_removing),
		cmocka_unit_test(process_is_learnt_later),
		cmocka_unit_test(exec_by_the_only_thread),
		cmocka_unit_test(exec_by_the_leader_of_many),
		cmocka_unit_test(exec_by_another_thread),
		cmocka_unit_test(exec_over_a_leader_of_no_process),
		cmocka_unit_test(exec_by_an_unknown_thread),
		cmocka_unit_test(many_come_and_go),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
