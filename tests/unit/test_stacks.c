// SPDX-License-Identifier: GPL-2.0-only
/*
 * Call stacks: the names of addresses, one record for each frame however many share
 * it, the event that a stack is of, and what people get to see of it.
 */
#include "run_fixture.h"

#include <stdlib.h>

#include "audit_fixture.h"
#include "callers.h"
#include "frames.h"
#include "report.h"
#include "value.h"

/* Not in the order of addresses, as in /proc, where modules come last. */
#define SYMBOLS \
	"0000000000001000 A fixed_percpu_data\n" \
	"ffffffff81000000 T vfs_open\n" \
	"ffffffff81000000 t vfs_open_alias\n" \
	"ffffffff81000100 t do_dentry_open\n" \
	"ffffffff81000180 D some_data\n" \
	"ffffffffc0000200 t bpf_trampoline_6442\t[bpf]\n" \
	"ffffffffc0000300 t bpf_prog_12ab_open_exit\t[bpf]\n" \
	"ffffffffc0000000 t fusept_open\t[fusept]\n" \
	"ffffffffc0000100 t fusept_finish_open\t[fusept]\n"
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define HIDDEN "0000000000000000 T vfs_open\n0000000000000000 T do_dentry_open\n"

static void test_kallsyms(void **state)
{
	struct fpt_kallsyms kallsyms = { 0 };
	const struct fpt_symbol *symbol;

	(void)state;
	assert_true(fpt_kallsyms__shows(input_file(SYMBOLS, strlen(SYMBOLS))));
	assert_int_equal(fpt_kallsyms__read(&kallsyms, input_file(SYMBOLS, strlen(SYMBOLS))), 0);
	assert_int_equal(kallsyms.count, 7);
	symbol = fpt_kallsyms__find(&kallsyms, 0xffffffff810000ff);
	assert_string_equal(symbol->name, "vfs_open");
	assert_string_equal(symbol->module, "");
	/* Data are no functions: what lies between is still the function before. */
	symbol = fpt_kallsyms__find(&kallsyms, 0xffffffff81000190);
	assert_string_equal(symbol->name, "do_dentry_open");
	symbol = fpt_kallsyms__find(&kallsyms, 0xffffffffc0000000);
	assert_string_equal(symbol->name, "fusept_open");
	assert_string_equal(symbol->module, "fusept");
	assert_null(fpt_kallsyms__find(&kallsyms, 0xffffffff80ffffff));
	assert_null(fpt_kallsyms__find(&kallsyms, 0xffffffff82000000)); /* far behind the last */
	fpt_kallsyms__free(&kallsyms);
}

static void test_hidden_addresses(void **state)
{
	struct fpt_kallsyms kallsyms = { 0 };

	(void)state;
	assert_false(fpt_kallsyms__shows(input_file(HIDDEN, strlen(HIDDEN))));
	assert_int_equal(fpt_kallsyms__read(&kallsyms, input_file(HIDDEN, strlen(HIDDEN))), -EPERM);
	assert_false(fpt_kallsyms__shows("/nowhere"));
	assert_int_equal(fpt_kallsyms__read(&kallsyms, "/nowhere"), -ENOENT);
	assert_null(fpt_kallsyms__find(&kallsyms, 1));
	assert_null(kallsyms.text);
}

/* ---- from the kernel ---- */

static const struct fpt_frame_record *news(const struct fpt_frames *frames, uint32_t i)
{
	assert_true(i < frames->news_count);
	assert_null(fpt_event__check(frames->news.at + i * sizeof(struct fpt_frame_record),
				     sizeof(struct fpt_frame_record)));
	return (const struct fpt_frame_record *)frames->news.at + i;
}

static void is_frame(const struct fpt_frame_record *frame, uint32_t number, uint32_t caller,
		     const char *name)
{
	assert_int_equal(frame->number, number);
	assert_int_equal(frame->caller, caller);
	assert_string_equal(frame->name, name);
}

/* What stacks share is told once, and what only the tracing has put in not at all. */
static void test_frames_are_shared(void **state)
{
	static const uint64_t first[] = { 0xffffffffc0000320, 0xffffffffc0000220,
					  0xffffffffc0000109, 0xffffffffc0000034,
					  0xffffffffc0000210, 0xffffffffc0000009,
					  0xffffffff81000150, 0xffffffff8100002e };
	static const uint64_t second[] = { 0xffffffffc0000220, 0xffffffffc0000009,
					   0xffffffff81000150, 0xffffffff8100002e };
	struct fpt_frames frames = { 0 };

	(void)state;
	assert_int_equal(fpt_kallsyms__read(&frames.kallsyms, input_file(SYMBOLS, strlen(SYMBOLS))),
			 0);
	assert_int_equal(fpt_frames__add(&frames, 0xffffffffc0000100, first, COUNT(first)), 4);
	assert_int_equal(frames.news_count, 4);
	is_frame(news(&frames, 0), 1, 0, "vfs_open+0x2e");
	is_frame(news(&frames, 1), 2, 1, "do_dentry_open+0x50");
	is_frame(news(&frames, 2), 3, 2, "fusept_open+0x34 [fusept]");
	is_frame(news(&frames, 3), 4, 3, "fusept_finish_open+0x0 [fusept]");
	fpt_frames__told(&frames);
	assert_int_equal(fpt_frames__add(&frames, 0xffffffffc0000004, second, COUNT(second)), 5);
	assert_int_equal(frames.news_count, 1);
	is_frame(news(&frames, 0), 5, 2, "fusept_open+0x4 [fusept]");
	fpt_frames__told(&frames);
	assert_int_equal(fpt_frames__add(&frames, 0xffffffffc0000100, first, COUNT(first)), 4);
	assert_int_equal(frames.news_count, 0);
	fpt_frames__free(&frames);
}

/* Where a trampoline is jumped to, the stack begins with the caller, and has nothing twice. */
static void test_function_is_not_in_the_stack(void **state)
{
	static const uint64_t stack[] = { 0xffffffffc0000320, 0xffffffffc0000220,
					  0xffffffffc0000034, 0xffffffffc0000210,
					  0xffffffff81000150 };
	struct fpt_frames frames = { 0 };

	(void)state;
	assert_int_equal(fpt_kallsyms__read(&frames.kallsyms, input_file(SYMBOLS, strlen(SYMBOLS))),
			 0);
	assert_int_equal(fpt_frames__add(&frames, 0xffffffffc0000100, stack, COUNT(stack)), 3);
	is_frame(news(&frames, 0), 1, 0, "do_dentry_open+0x50");
	is_frame(news(&frames, 1), 2, 1, "fusept_open+0x34 [fusept]");
	is_frame(news(&frames, 2), 3, 2, "fusept_finish_open+0x0 [fusept]");
	fpt_frames__free(&frames);
}

/* The same, where the kernel does not name programs and trampolines. */
static void test_nameless_programs(void **state)
{
	static const uint64_t stack[] = { 0xffffffffd0000320, 0xffffffffd0000220,
					  0xffffffffc0000109, 0xffffffffc0000034,
					  0xffffffffd0000210, 0xffffffffc0000009,
					  0xffffffffd0000100, 0xffffffff8100002e };
	struct fpt_frames frames = { 0 };

	(void)state;
	assert_int_equal(fpt_kallsyms__read(&frames.kallsyms, input_file(SYMBOLS, strlen(SYMBOLS))),
			 0);
	assert_int_equal(fpt_frames__add(&frames, 0xffffffffc0000100, stack, COUNT(stack)), 4);
	is_frame(news(&frames, 0), 1, 0, "vfs_open+0x2e");
	is_frame(news(&frames, 1), 2, 1, "?"); /* this one may be anything */
	is_frame(news(&frames, 2), 3, 2, "fusept_open+0x34 [fusept]");
	is_frame(news(&frames, 3), 4, 3, "fusept_finish_open+0x0 [fusept]");
	fpt_frames__free(&frames);
}

/* An address without a name stays a secret: logs are shared. */
static void test_no_address_is_told(void **state)
{
	static const uint64_t stack[] = { 0xffffffff81000150, 0xffffffffdead0000,
					  0xffffffff8100002e };
	struct fpt_frames frames = { 0 };

	(void)state;
	assert_int_equal(fpt_kallsyms__read(&frames.kallsyms, input_file(SYMBOLS, strlen(SYMBOLS))),
			 0);
	assert_int_equal(fpt_frames__add(&frames, 0xffffffffbeef0000, stack, COUNT(stack)), 4);
	is_frame(news(&frames, 0), 1, 0, "vfs_open+0x2e");
	is_frame(news(&frames, 1), 2, 1, "?");
	is_frame(news(&frames, 2), 3, 2, "do_dentry_open+0x50");
	is_frame(news(&frames, 3), 4, 3, "?");
	fpt_frames__told(&frames);
	/* Of a stack without frames there is still the function. */
	assert_int_equal(fpt_frames__add(&frames, 0xffffffff81000000, stack, 0), 5);
	is_frame(news(&frames, 0), 5, 0, "vfs_open+0x0");
	fpt_frames__free(&frames);
}

static void test_no_address_is_left(void **state)
{
	const struct fpt_called_from kernel = { .of = 4,
						.function = 0xffffffffc0000100,
						.frame = 9 };
	struct fpt_called_from named = kernel, failed = kernel;

	(void)state;
	fpt_frames__name(&named, 3);
	assert_memory_equal(&named, (&(struct fpt_called_from){ .of = 4, .frame = 3 }),
			    sizeof(named));
	fpt_frames__name(&failed, -EEXIST);
	assert_memory_equal(&failed, (&(struct fpt_called_from){ .of = 4, .ret = -EEXIST }),
			    sizeof(failed));
}

/* ---- from a stream ---- */

static void tell_frame(struct fpt_callers *callers, int expected, uint32_t number, uint32_t caller,
		       const char *name)
{
	struct fpt_frame_record record = { .number = number, .caller = caller };

	snprintf(record.name, sizeof(record.name), "%s", name);
	assert_int_equal(fpt_callers__frame(callers, &record), expected);
}

static const char *stack_of(struct fpt_callers *callers, uint32_t frame, int32_t ret)
{
	struct fpt_called_from from = {
		.h = { .cpu = 1, .seq = 7, .tid = 9 }, .of = 9, .frame = frame, .ret = ret
	};
	struct fpt_header event = { .cpu = 1, .seq = 8, .tid = 9 };

	assert_int_equal(fpt_callers__take(callers, &from), 0);
	/* Another program came between: the event is known by its number. */
	assert_null(fpt_callers__of(callers, &event));
	event = (struct fpt_header){ .cpu = 0, .seq = 9, .tid = 9 };
	assert_null(fpt_callers__of(callers, &event));
	event.cpu = 1;
	return fpt_callers__of(callers, &event);
}

static void test_stack_of_an_event(void **state)
{
	struct fpt_header event = { .cpu = 1, .seq = 9, .tid = 9 };
	struct fpt_called_from lost = { .h = { .cpu = 1, .seq = 9, .tid = 9 }, .of = 9 };
	struct fpt_callers callers = { 0 };
	const char *stack;

	(void)state;
	tell_frame(&callers, 0, 1, 0, "a+0x1");
	tell_frame(&callers, 0, 2, 1, "b+0x2 [m]");
	tell_frame(&callers, 1, 2, 0, "another");
	tell_frame(&callers, 0, 3, 3, "own caller");
	tell_frame(&callers, 0, 4, 9, "bad\n\033 \\");
	stack = stack_of(&callers, 2, 0);
	assert_string_equal(stack, "b+0x2 [m]\na+0x1");
	assert_null(fpt_callers__of(&callers, &event)); /* it is of one event */
	assert_ptr_equal(stack_of(&callers, 2, 0), stack);
	assert_string_equal(stack_of(&callers, 3, 0), "own caller");
	assert_string_equal(stack_of(&callers, 4, 0), "bad\\x0a\\x1b \\x5c");
	assert_string_equal(stack_of(&callers, 5, 0), "? (the stream lacks its frames)");
	assert_string_equal(stack_of(&callers, 2, -EEXIST),
			    "? (the kernel had no room for one more stack)");
	assert_string_equal(stack_of(&callers, 0, -EFAULT),
			    "? (the kernel could not take the stack)");
	assert_int_equal(callers.told, 7);
	assert_int_equal(callers.not_taken, 2);
	/* One whose event was lost is of no other. */
	assert_int_equal(fpt_callers__take(&callers, &lost), 0);
	assert_null(fpt_callers__of(&callers, &event));
	fpt_callers__free(&callers);
}

/* A log of anybody: stacks without their events, and a stack that seems to have no end. */
static void test_bounds(void **state)
{
	struct fpt_called_from from = { .h = { .seq = 1 } };
	struct fpt_callers callers = { 0 };
	const char *stack, *at;
	uint32_t i, depth = 1;

	(void)state;
	for (i = 0; i < 10000; i++) {
		from.of = 2 + i;
		assert_int_equal(fpt_callers__take(&callers, &from), 0);
		tell_frame(&callers, 0, i + 1, i, "f");
	}
	assert_true(callers.due.used <= 4096);
	stack = stack_of(&callers, 10000, 0);
	for (at = stack; (at = strchr(at, '\n')); at++)
		depth++;
	assert_int_equal(depth, 64);
	fpt_callers__free(&callers);
}

static void test_words(void **state)
{
	static const char stack[] = "a+0x1 [m]\nb+0x2\nc+0x3\nd+0x4\ne+0x5\nf+0x6";
	char words[FPT_CALLERS_WORDS], more[100];

	(void)state;
	snprintf(more, sizeof(more), "%s\ng+0x7", stack);
	fpt_callers__words(words, sizeof(words), stack, false);
	assert_string_equal(words, "a < b < c < d < e < f");
	fpt_callers__words(words, sizeof(words), more, false);
	assert_string_equal(words, "a < b < c < d < e < f < ...");
	fpt_callers__words(words, sizeof(words), more, true);
	assert_string_equal(words, "a+0x1 [m] < b+0x2 < c+0x3 < d+0x4 < e+0x5 < f+0x6 < g+0x7");
	fpt_callers__words(words, sizeof(words), "? (1+1)", false);
	assert_string_equal(words, "? (1+1)");
	fpt_callers__words(words, 8, more, true);
	assert_string_equal(words, "a+0x1 [");
}

/* ---- reports ---- */

static struct run run;

static char *report_of(const struct fpt_output *form, const struct fpt_session_options *wanted)
{
	struct fpt_session_options options = *wanted;
	const struct fpt_ending ending = { 0 };
	struct fpt_session session;
	char *text = NULL;
	size_t size = 0;
	unsigned int i;
	FILE *out = open_memstream(&text, &size);

	options.events = true;
	options.sinks.count = 1;
	options.sinks.sink[0] = (struct fpt_sink){ .form = form, .out = out };
	run_stacks(&run);
	assert_int_equal(fpt_session__init(&session, &options), 0);
	for (i = 0; i < run.batches; i++)
		assert_int_equal(fpt_session__batch(&session, &run.batch[i]), 0);
	fpt_session__end(&session, &ending);
	fpt_session__free(&session);
	fclose(out);
	return text;
}

static void shows(const struct fpt_output *form, const struct fpt_session_options *options,
		  const char *expected, int times)
{
	char *text = report_of(form, options);
	const char *at;
	int found = 0;

	for (at = text; (at = strstr(at, expected)); at++)
		found++;
	if (found != times)
		fail_msg("%s: %d times, not %d: %s\n%s", form->name, found, times, expected, text);
	free(text);
}

static void test_reports(void **state)
{
	static const struct fpt_session_options plain, whole = { .whole_stacks = true };
	static const struct fpt_session_options failures = { .failures_only = true };
	static const struct fpt_session_options all = { .all_events = true };

	(void)state;
	shows(&fpt_out_text, &failures,
	      "called from: fusept_open < do_dentry_open < do_syscall_64\n", 1);
	shows(&fpt_out_text, &whole, "do_dentry_open+0x151 <", 2);
	shows(&fpt_out_text, &plain, "called from: ? (the stream lacks its frames)\n", 1);
	/* It stands under its event, and is none for people. */
	shows(&fpt_out_text, &all, "called_from ", 0);
	shows(&fpt_out_html, &plain,
	      "<p>called from: <code>fusept_open+0x9 [fusept] &lt; do_dentry_open+0x151 &lt; do_syscall_64+0x87</code></p>",
	      1);
	shows(&fpt_out_html, &plain, "<code>&lt;/code&gt;&amp;\\x0a", 1);
	/* A frame is told once, also where the log has it again. */
	shows(&fpt_out_json, &plain, "\"number\":3,", 1);
	shows(&fpt_out_json, &failures,
	      "\"called_from\":[\"fusept_open+0x9 [fusept]\",\"do_dentry_open+0x151\",\"do_syscall_64+0x87\"]}",
	      2);
	shows(&fpt_out_json, &failures,
	      "\"called_from\":[\"fusept_open+0x9 [fusept]\",\"do_dentry_open+0x151\",\"do_syscall_64+0x87\"]}}",
	      1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kallsyms),
		cmocka_unit_test(test_hidden_addresses),
		cmocka_unit_test(test_frames_are_shared),
		cmocka_unit_test(test_function_is_not_in_the_stack),
		cmocka_unit_test(test_nameless_programs),
		cmocka_unit_test(test_no_address_is_told),
		cmocka_unit_test(test_no_address_is_left),
		cmocka_unit_test(test_stack_of_an_event),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
