// SPDX-License-Identifier: GPL-2.0-only
/* The command line of fusept-trace: every word that it takes, and those it refuses. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trace_options.h"

#define ARGS_MAX 32

static struct fpt_trace_options options;

/* Parses words separated by one blank; what it says goes nowhere. */
static int parse(const char *line)
{
	static char words[512];
	char *argv[ARGS_MAX] = { (char *)"fusept-trace" }, *word, *rest = words;
	int argc = 1, err, out = dup(1), errors = dup(2), null = open("/dev/null", O_WRONLY);

	snprintf(words, sizeof(words), "%s", line);
	while (*line && (word = strsep(&rest, " ")))
		argv[argc++] = word;
	fflush(stdout);
	dup2(null, 1);
	dup2(null, 2);
	optind = 0; /* glibc: begin anew */
	err = fpt_trace_options__parse(&options, argc, argv);
	fflush(stdout);
	dup2(out, 1);
	dup2(errors, 2);
	close(out);
	close(errors);
	close(null);
	return err;
}

static void refused(const char *const lines[])
{
	for (; *lines; lines++)
		if (parse(*lines) != -EINVAL)
			fail_msg("accepted: %s", *lines);
}

static void test_defaults(void **state)
{
	(void)state;
	assert_int_equal(parse(""), 0);
	assert_true(options.session.events);
	assert_false(options.session.counts);
	assert_ptr_equal(options.session.sinks.sink[0].form, &fpt_out_text);
	assert_int_equal(options.session.time, FPT_TIME_START);
	assert_int_equal(options.ring.ring_bytes, 8 << 20);
	assert_int_equal(options.duration_ns, 0);
	assert_null(options.command);
	assert_int_equal(options.ring.filter.comm_mode, FPT_COMM_ANY);
}

static void test_durations(void **state)
{
	static const struct {
		const char *line;
		uint64_t ns;
	} good[] = {
		{ "-d 10", 10000000000 },	   { "-d 10s", 10000000000 },
		{ "-d 500ms", 500000000 },	   { "-d 7us", 7000 },
		{ "-d 2m", 120000000000 },	   { "-d 1h", 3600000000000 },
		{ "-d1.5s", 1500000000 },	   { "--duration=0.25", 250000000 },
		{ "--duration 3m", 180000000000 },
	};
	static const char *const bad[] = {
		"-d 0",	    "-d 0s",	   "-d -1",  "-d -1s",	    "-d s",   "-d ten",
		"-d 10x",   "-d 10S",	   "-d 1ss", "-d nan",	    "-d inf", "-d 1e30",
		"-d 1e-15", "-d 0.1e-3us", "-d",     "--duration=", NULL,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(parse(good[i].line), 0);
		assert_int_equal(options.duration_ns, good[i].ns);
	}
	refused(bad);
}

static void test_sizes(void **state)
{
	static const struct {
		const char *line;
		size_t bytes;
	} good[] = {
		{ "--ring-size 4096", 4096 },	   { "--ring-size 4K", 4096 },
		{ "--ring-size 64M", 64 << 20 },   { "--ring-size 1G", 1 << 30 },
		{ "--ring-size 0.5M", 512 << 10 },
	};
	static const char *const bad[] = {
		"--ring-size 0",
		"--ring-size 2K",
		"--ring-size 3M",
		"--ring-size 2G",
		"--ring-size 4k",
		"--ring-size 4KB",
		"--ring-size -4K",
		"--ring-size M",
		"--ring-size 4097",
		"--ring-size nan",
		NULL,
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_int_equal(parse(good[i].line), 0);
		assert_int_equal(options.ring.ring_bytes, good[i].bytes);
	}
	refused(bad);
}

static void test_numbers(void **state)
{
	static const char *const bad[] = {
		"-p 0",
		"-p -1",
		"-p x",
		"-p 1x",
		"-p 2147483648",
		"-p 99999999999999999999",
		"-p",
		"-P 0",
		"--ino 0",
		"--ino -3",
		"--ino 18446744073709551616",
		"--max-events 0",
		"--max-events 1.5",
		NULL,
	};

	(void)state;
	assert_int_equal(parse("-p 42 --ino 18446744073709551615 --max-events 7"), 0);
	assert_int_equal(options.ring.filter.tgid, 42);
	assert_true(options.ring.filter.ino == UINT64_MAX);
	assert_int_equal(options.session.max_events, 7);
	assert_int_equal(parse("-P 43 --ino=0x10"), 0);
	assert_int_equal(options.ring.filter.not_tgid, 43);
	assert_int_equal(options.ring.filter.tgid, 0);
	assert_int_equal(options.ring.filter.ino, 16);
	refused(bad);
}

static void check_comm(const char *line, const char *head, const char *tail, int mode, bool not )
{
	const struct fpt_config *filter = &options.ring.filter;

	assert_int_equal(parse(line), 0);
	assert_string_equal(filter->comm, head);
	assert_string_equal(filter->comm_tail, tail);
	assert_int_equal(filter->comm_mode, mode);
	assert_int_equal(filter->comm_not, not );
}

static void test_globs(void **state)
{
	static const char *const bad[] = {
		"-n a*b*",
		"-n a?",
		"-n [ab]",
		"-n a\\b",
		"-n 1234567890123456",
		"-n ",
		"-n *1234567890123456",
		"-n 1234567890123456*",
		"-n",
		NULL,
	};

	(void)state;
	check_comm("-n cat", "cat", "", FPT_COMM_EXACT, false);
	check_comm("-N cat", "cat", "", FPT_COMM_EXACT, true);
	check_comm("-n *", "", "", FPT_COMM_GLOB, false);
	check_comm("-n kworker*", "kworker", "", FPT_COMM_GLOB, false);
	check_comm("-n *flush", "", "flush", FPT_COMM_GLOB, false);
	check_comm("-N kw*:0", "kw", ":0", FPT_COMM_GLOB, true);
	check_comm("-n 123456789012345", "123456789012345", "", FPT_COMM_EXACT, false);
	/* The last one counts, wholly. */
	check_comm("-n longname*x -N ab", "ab", "", FPT_COMM_EXACT, true);
	refused(bad);
}

static void test_errnos(void **state)
{
	static const char *const bad[] = { "-xEFOO", "-xeio", "-x5", "-xEIO,", "-x EIO", NULL };

	(void)state;
	assert_int_equal(parse("-x"), 0);
	assert_true(options.session.failures_only);
	assert_int_equal(options.session.only_errno, 0);
	assert_int_equal(parse("-xEIO"), 0);
	assert_int_equal(options.session.only_errno, EIO);
	assert_int_equal(parse("-xETXTBSY"), 0);
	assert_int_equal(options.session.only_errno, ETXTBSY);
	refused(bad);
}

static void test_forms(void **state)
{
	static const char *const bad[] = { "-f xml",  "-f",	    "-f TEXT", "--color blue",
					   "--color", "--nonsense", "-Z",      NULL };

	(void)state;
	assert_int_equal(parse("-f json -c"), 0);
	assert_ptr_equal(options.session.sinks.sink[0].form, &fpt_out_json);
	assert_false(options.session.events);
	assert_true(options.session.counts);
	assert_int_equal(parse("-C -a -q -v"), 0);
	assert_true(options.session.events && options.session.counts);
	assert_true(options.session.all_events && options.quiet && options.verbose);
	assert_int_equal(parse("-t"), 0);
	assert_int_equal(options.session.time, FPT_TIME_CLOCK);
	assert_int_equal(parse("-tt"), 0);
	assert_int_equal(options.session.time, FPT_TIME_CLOCK_US);
	assert_int_equal(parse("-ttttt"), 0);
	assert_int_equal(options.session.time, FPT_TIME_UNIX);
	assert_int_equal(parse("-r -t"), 0);
	assert_int_equal(options.session.time, FPT_TIME_DELTA);
	assert_int_equal(parse("--features --dry-run -m /mnt"), 0);
	assert_true(options.features && options.dry_run);
	assert_string_equal(options.mount, "/mnt");
	refused(bad);
}

static void test_outputs(void **state)
{
	static const char *const bad[] = {
		"-o tap",     "-o tap:",   "-o xml:f", "-o :f", "-o",	    "-o tap:-",
		"-o TAP:f",   "--junit -", "--junit",  "-o ",	"--junit=", "-o perfettoperfetto:f",
		"-f perfect", NULL,
	};
	const struct fpt_sinks *sinks = &options.session.sinks;
	char many[512] = "-c";
	int i;

	(void)state;
	assert_int_equal(parse("-f tap -o html:a:b --output=json:x --junit out.xml"), 0);
	assert_int_equal(sinks->count, 4);
	assert_ptr_equal(sinks->sink[0].form, &fpt_out_tap);
	assert_null(sinks->sink[0].path);
	assert_ptr_equal(sinks->sink[1].form, &fpt_out_html);
	assert_string_equal(sinks->sink[1].path, "a:b");
	assert_ptr_equal(sinks->sink[2].form, &fpt_out_json);
	assert_ptr_equal(sinks->sink[3].form, &fpt_out_junit);
	assert_string_equal(sinks->sink[3].path, "out.xml");
	refused(bad);
	for (i = 1; i < FPT_SINKS_MAX; i++)
		strcat(many, " -otap:f");
	assert_int_equal(parse(many), 0);
	strcat(many, " -otap:f");
	assert_int_equal(parse(many), -EINVAL);
}

static void test_fail_on(void **state)
{
	static const char *const bad[] = { "--fail-on ",
					   "--fail-on bug",
					   "--fail-on warning,",
					   "--fail-on ,warning",
					   "--fail-on",
					   "--fail-on warnings",
					   NULL };

	(void)state;
	assert_int_equal(parse("-c"), 0);
	assert_int_equal(options.session.fail_on, 0);
	assert_int_equal(parse("--fail-on violation"), 0);
	assert_int_equal(options.session.fail_on, FPT_FAIL_ON_VIOLATION);
	assert_int_equal(parse("--fail-on suspect,warning"), 0);
	assert_int_equal(options.session.fail_on,
			 FPT_FAIL_ON_VIOLATION | FPT_FAIL_ON_SUSPECT | FPT_FAIL_ON_WARNING);
	assert_int_equal(parse("--fail-on inconclusive --fail-on=warning"), 0);
	assert_int_equal(options.session.fail_on,
			 FPT_FAIL_ON_VIOLATION | FPT_FAIL_ON_INCONCLUSIVE | FPT_FAIL_ON_WARNING);
	refused(bad);
}

/* They are compiled before a run begins. */
static void test_assertions(void **state)
{
	static const char *const bad[] = { "--assert .lost==",		 "--assert ", "--assert",
					   "--expect /nonexistent/file", "--expect",  NULL };

	(void)state;
	assert_int_equal(parse("--assert .lost==0 --assert=.violations==0"), 0);
	assert_int_equal(options.session.assertions.count, 2);
	assert_string_equal(options.session.assertions.item[1].expression, ".violations==0");
	fpt_assertions__free(&options.session.assertions);
	assert_int_equal(parse("--expect /dev/null"), 0);
	assert_int_equal(options.session.assertions.count, 0);
	refused(bad);
}

static void test_color(void **state)
{
	(void)state;
	assert_int_equal(parse("--color always"), 0);
	assert_true(options.session.sinks.sink[0].color);
	assert_int_equal(parse("--color never"), 0);
	assert_false(options.session.sinks.sink[0].color);
	assert_int_equal(parse("--color auto"), 0); /* the output is no terminal here */
	assert_false(options.session.sinks.sink[0].color);
	setenv("NO_COLOR", "1", 1);
	assert_int_equal(parse("--color always"), 0);
	assert_true(options.session.sinks.sink[0].color);
	unsetenv("NO_COLOR");
}

static void test_command(void **state)
{
	static const char *const bad[] = { "ls", "ls -- ls", "-c ls", NULL };

	(void)state;
	assert_int_equal(parse("-c -- ls -l --color"), 0);
	assert_string_equal(options.command[0], "ls");
	assert_string_equal(options.command[2], "--color");
	assert_null(options.command[3]);
	assert_false(options.session.sinks.sink[0].color);
	assert_int_equal(parse("--"), 0);
	assert_null(options.command);
	refused(bad);
}

static void test_log_on_standard_output(void **state)
{
	(void)state;
	assert_int_equal(parse("-w -"), 0);
	assert_ptr_equal(options.session.sinks.sink[0].out, stderr);
	assert_int_equal(parse("-w x.log"), 0);
	assert_ptr_equal(options.session.sinks.sink[0].out, stdout);
}

/* How the log is written; one without a log, or on standard output, is a mistake. */
static void test_log_forms(void **state)
{
	static const char *const bad[] = {
		"--rotate 1M",
		"--max-log-size 1M",
		"--compress",
		"-w x --rotate 63K",
		"-w x --rotate 0",
		"-w x --max-log-size 1K",
		"-w x --max-log-size 1M --rotate 600K",
		"-w x --compress=0",
		"-w x --compress=20",
		"-w x --compress=x",
		"-w - --rotate 1M",
		"-w - --max-log-size 1M",
		NULL,
	};

	(void)state;
	assert_int_equal(parse("-w x"), 0);
	assert_int_equal(options.write.rotate + options.write.max, 0);
	assert_int_equal(options.write.zstd, 0);
	assert_in_range(options.write.flush_ms, 100, 900);
	assert_int_equal(parse("-w x --rotate 64K"), 0);
	assert_int_equal(options.write.rotate, 64 << 10);
	assert_int_equal(options.write.max, 0);
	assert_int_equal(parse("-w x --max-log-size 8M"), 0);
	assert_int_equal(options.write.rotate, 1 << 20);
	assert_int_equal(options.write.max, 8 << 20);
	assert_int_equal(parse("-w x --rotate 2M --max-log-size 1T"), 0);
	assert_int_equal(options.write.rotate, 2 << 20);
	assert_true(options.write.max == 1ULL << 40);
	assert_int_equal(parse("-w x --compress"), 0);
	assert_int_equal(options.write.zstd, 3);
	assert_int_equal(parse("-w x --compress=19"), 0);
	assert_int_equal(options.write.zstd, 19);
	assert_int_equal(parse("-w - --compress"), 0);
	refused(bad);
}

static void test_stacks(void **state)
{
	static const char *const bad[] = { "--stacks=", "--stacks=some", "--stacks all", NULL };

	(void)state;
	assert_int_equal(parse(""), 0);
	assert_int_equal(options.ring.filter.stacks, FPT_STACKS_NONE);
	assert_false(options.session.whole_stacks);
	assert_int_equal(parse("--stacks"), 0);
	assert_int_equal(options.ring.filter.stacks, FPT_STACKS_FAILED);
	assert_int_equal(parse("--stacks=failed -v"), 0);
	assert_int_equal(options.ring.filter.stacks, FPT_STACKS_FAILED);
	assert_true(options.session.whole_stacks);
	assert_int_equal(parse("--stacks=all"), 0);
	assert_int_equal(options.ring.filter.stacks, FPT_STACKS_ALL);
	refused(bad);
}

static void test_served(void **state)
{
	(void)state;
	assert_int_equal(parse("-h"), 1);
	assert_int_equal(parse("--version"), 1);
	assert_int_equal(parse("--explain"), 1);
	assert_int_equal(parse("--explain=ino-drift"), 1);
	assert_int_equal(parse("--explain ino-drift"), 1);
	assert_int_equal(parse("--explain list"), 1);
	assert_int_equal(parse("--explain -c"), 1);
	assert_int_equal(parse("--explain nonsense"), -EINVAL);
	assert_int_equal(parse("--explain=nonsense"), -EINVAL);
	assert_int_equal(parse("--json-schema"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_durations),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_globs),
		cmocka_unit_test(test_errnos),
		cmocka_unit_test(test_outputs),
		cmocka_unit_test(test_fail_on),
		cmocka_unit_test(test_assertions),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_color),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_log_on_standard_output),
		cmocka_unit_test(test_log_forms),
		cmocka_unit_test(test_stacks),
		cmocka_unit_test(test_served),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
