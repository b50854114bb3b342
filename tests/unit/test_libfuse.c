// SPDX-License-Identifier: GPL-2.0-only
/*
 * Debug logs of libfuse as an input: what each line is taken for, what is found
 * in whole logs, and that what a log does not prove is never found.
 */
#include "audit_fixture.h"
#include "libfuse_line.h"

#define BEGIN \
	"FUSE library version: 3.14.0\n" \
	"unique: 2, opcode: INIT (26), nodeid: 0, insize: 104, pid: 0\n" \
	"INIT: 7.40\n" \
	"   INIT: 7.31\n" \
	"   flags=0x0040f039\n" \
	"   unique: 2, success, outsize: 80\n"
#define REQUEST(unique, name, number, nodeid) \
	"unique: " unique ", opcode: " name " (" number "), nodeid: " nodeid \
	", insize: 48, pid: 7\n"
#define OK(unique, size) "   unique: " unique ", success, outsize: " size "\n"
#define ERROR(unique, error) \
	"   unique: " unique ", error: " error " (What it means), outsize: 16\n"
#define OPEN(unique, nodeid) REQUEST(unique, "OPEN", "14", nodeid)
#define LOOKUP(unique) REQUEST(unique, "LOOKUP", "1", "1")
#define CREATE(unique) REQUEST(unique, "CREATE", "35", "1")
#define RELEASE(unique, nodeid) REQUEST(unique, "RELEASE", "18", nodeid)

static struct audited got;

static uint64_t findings(void)
{
	uint64_t count = 0;
	int check;

	for (check = 0; check < FPT_CHECK_MAX; check++)
		count += got.summary.findings[check];
	return count;
}

/* This finding and no other; or none, for FPT_CHECK_MAX. */
static void finds(const char *text, enum fpt_check_id wanted)
{
	int check;

	audit(text, FPT_SOURCE_LIBFUSE, &got);
	assert_int_equal(got.open_err, 0);
	if (got.damages)
		fail_msg("%s", got.first);
	for (check = 0; check < FPT_CHECK_MAX; check++)
		if (got.summary.findings[check] != (check == (int)wanted))
			fail_msg("%d of %s in\n%s", (int)got.summary.findings[check],
				 fpt_checks[check].id, text);
}

static void finds_nothing(const char *text)
{
	finds(text, FPT_CHECK_MAX);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(fpt_summary__verdict(&got.summary), FPT_VERDICT_PASS);
}

/* ---- lines ---- */

static void test_requests(void **state)
{
	static const char *const lines[] = {
		"unique: 12, opcode: LOOKUP (1), nodeid: 18446744073709551615, insize: 42, pid: 99",
		"dev unique: 12, opcode: LOOKUP (1), nodeid: 18446744073709551615, insize: 42, pid: 99",
		"cqe unique: 12, opcode: LOOKUP (1), nodeid: 18446744073709551615, insize: 42, pid: 99",
		"unique: 12, opcode: ??? (1), nodeid: 18446744073709551615, insize: 42",
	};
	struct fpt_libfuse_line line;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		fpt_libfuse_line__parse(&line, lines[i]);
		assert_int_equal(line.what, FPT_LIBFUSE_REQUEST);
		assert_true(line.unique == 12 && line.nodeid == UINT64_MAX);
		assert_true(line.opcode == 1 && line.size == 42);
		assert_int_equal(line.pid, i == 3 ? 0 : 99);
		assert_int_equal(line.uring, i == 2);
	}
}

static void test_replies(void **state)
{
	static const struct {
		const char *text;
		int error;
	} lines[] = {
		{ "   unique: 12, success, outsize: 40", 0 },
		{ "   unique: 12, success, outsize: 40 (splice)", 0 },
		{ "   unique: 12, error: 0 (Success), outsize: 40", 0 },
		{ "   unique: 12, error: -5 (Input/output error), outsize: 40", -5 },
		{ "   unique: 12, error: -600 (Unknown error 600), outsize: 40", -600 },
		{ "   unique: 12, error: -5 (), outsize: 3 (x), outsize: 40", -5 },
	};
	struct fpt_libfuse_line line;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		fpt_libfuse_line__parse(&line, lines[i].text);
		assert_int_equal(line.what, FPT_LIBFUSE_REPLY);
		assert_int_equal(line.error, lines[i].error);
		assert_true(line.unique == 12 && line.size == 40);
	}
}

static void test_other_lines(void **state)
{
	static const struct {
		const char *text;
		enum fpt_libfuse_what what;
		uint64_t value;
	} lines[] = {
		{ "INIT: 7.40", FPT_LIBFUSE_INIT_REQUEST, 40 },
		{ "   INIT: 7.31", FPT_LIBFUSE_INIT_REPLY, 31 },
		{ "   flags=0x0040f039", FPT_LIBFUSE_FLAGS, 0x40f039 },
		{ "flags=0x73fffffb", FPT_LIBFUSE_OTHER, 0 },
		{ "   max_stack_depth=2", FPT_LIBFUSE_STACK_DEPTH, 2 },
		{ "   NODEID: 3", FPT_LIBFUSE_NODEID, 3 },
		{ "   NODEID: 3 iflags 0x1", FPT_LIBFUSE_OTHER, 0 },
		{ "FORGET 3/2", FPT_LIBFUSE_FORGET, 2 },
		{ "FUSE library version: 3.14.0", FPT_LIBFUSE_VERSION, 0 },
		{ "fuse: passthrough_open: Bad file descriptor", FPT_LIBFUSE_BACKING_OPEN, 0 },
		{ "fuse: passthrough_close: No such file", FPT_LIBFUSE_BACKING_CLOSE, 0 },
		{ "NOTIFY: code=2 length=40", FPT_LIBFUSE_OTHER, 0 },
		{ "LOOKUP /a", FPT_LIBFUSE_OTHER, 0 },
		{ "", FPT_LIBFUSE_OTHER, 0 },
		{ "unique: ", FPT_LIBFUSE_OTHER, 0 },
		{ "..unique: 4, opcode: OPEN (14), nodeid: 3, insize: 48, pid: 7",
		  FPT_LIBFUSE_GARBLED, 0 },
		{ "unique: 4, opcode: OPEN (14), nodeid: 3, ins", FPT_LIBFUSE_GARBLED, 0 },
		{ "unique: 4, opcode: OPEN (14), nodeid: 3, insize: 48, pid: 7 ",
		  FPT_LIBFUSE_GARBLED, 0 },
		{ "unique: 99999999999999999999, success, outsize: 16", FPT_LIBFUSE_GARBLED, 0 },
		{ "unique: 4, error: -5, outsize: 16", FPT_LIBFUSE_GARBLED, 0 },
		{ "   flags=0x10000000000000000", FPT_LIBFUSE_OTHER, 0 },
	};
	struct fpt_libfuse_line line;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		fpt_libfuse_line__parse(&line, lines[i].text);
		if (line.what != lines[i].what)
			fail_msg("'%s' is taken for %d", lines[i].text, line.what);
		assert_int_equal(line.value, lines[i].value);
	}
	fpt_libfuse_line__parse(&line, "fuse: bad error value: -1");
	assert_true(line.what == FPT_LIBFUSE_BAD_ERROR && line.error == -1);
}

/* ---- what is found ---- */

static void test_findings(void **state)
{
	(void)state;
	finds(BEGIN OPEN("4", "3") OK("4", "16"), FPT_CHECK_REPLY_SIZE_WRONG);
	finds(BEGIN LOOKUP("4") OK("4", "120"), FPT_CHECK_REPLY_SIZE_WRONG);
	finds(BEGIN OPEN("4", "3") "   unique: 4, error: -5 (x), outsize: 32\n",
	      FPT_CHECK_REPLY_SIZE_WRONG);
	finds(BEGIN OPEN("4", "3") ERROR("4", "-512") ERROR("4", "-5"),
	      FPT_CHECK_REPLY_ERRNO_REFUSED);
	finds(BEGIN OPEN("4", "3") ERROR("4", "2") ERROR("4", "-2"), FPT_CHECK_REPLY_ERRNO_REFUSED);
	finds(BEGIN OPEN("4", "3") ERROR("4", "-5") ERROR("4", "-5"), FPT_CHECK_REPLY_UNASKED);
	finds(BEGIN REQUEST("4", "FORGET", "2", "3") OK("4", "16"), FPT_CHECK_REPLY_UNASKED);
	finds(BEGIN "fuse: bad error value: 2\n", FPT_CHECK_ERROR_REPLACED);
	finds(BEGIN "fuse: passthrough_open: Operation not permitted\n",
	      FPT_CHECK_BACKING_IOCTL_FAILED);
	finds(BEGIN OPEN("4", "3") OK("4", "32") RELEASE("6", "3") OK("6", "16") RELEASE("8", "3")
		      OK("8", "16"),
	      FPT_CHECK_RELEASE_UNOPENED);
	finds(BEGIN LOOKUP("4") "   NODEID: 3\n" OK("4", "144") "FORGET 3/2\n",
	      FPT_CHECK_FORGET_UNFOUNDED);
}

static void init_finds(const char *lines, enum fpt_check_id check)
{
	char text[512];

	snprintf(text, sizeof(text), "%sINIT: 7.44\n   INIT: 7.44\n%s%s",
		 REQUEST("2", "INIT", "26", "0"), lines, OK("2", "80"));
	finds(text, check);
}

static void test_init(void **state)
{
	(void)state;
	init_finds("   flags=0x00410000\n", FPT_CHECK_MAX);
	init_finds("   flags=0x00400000\n   max_stack_depth=1\n", FPT_CHECK_MAX);
	init_finds("   flags=0x00400000\n   max_stack_depth=2\n", FPT_CHECK_MAX);
	init_finds("   flags=0x00400000\n   max_stack_depth=3\n", FPT_CHECK_INIT_PASSTHROUGH_UNMET);
	init_finds("   flags=0x00410000\n   max_stack_depth=1\n", FPT_CHECK_INIT_PASSTHROUGH_UNMET);
}

static void test_unanswered(void **state)
{
	char text[8192];
	int used, i, replies;

	(void)state;
	for (replies = 15; replies <= 16; replies++) {
		used = snprintf(text, sizeof(text), "%s%s", BEGIN, OPEN("4", "3"));
		for (i = 0; i < replies; i++)
			used += snprintf(
				text + used, sizeof(text) - (size_t)used,
				"unique: %d, opcode: ACCESS (34), nodeid: 1, insize: 48, pid: 7\n   unique: %d, success, outsize: 16\n",
				6 + 2 * i, 6 + 2 * i);
		finds(text, replies == 16 ? FPT_CHECK_REQUEST_UNANSWERED : FPT_CHECK_MAX);
		assert_int_equal(fpt_summary__verdict(&got.summary), FPT_VERDICT_PASS);
		/* One that may wait, and one whose reply io_uring does not print. */
		memcpy(strstr(text, "OPEN (14)"), "POLL (40)", 9);
		finds(text, FPT_CHECK_MAX);
	}
}

/* ---- what is not proven ---- */

static void test_nothing_unproven(void **state)
{
	(void)state;
	/* From the middle of a run: what came before is not known. */
	finds_nothing(OK("4", "16") RELEASE("6", "3") OK("6", "16") "FORGET 3/2\n");
	finds_nothing(OPEN("4", "3") OK("4", "16"));
	/* Which of two is told the nodeid is not known, nor that of a server without such lines. */
	finds_nothing(BEGIN LOOKUP("4") LOOKUP("6") "   NODEID: 3\n" OK("4", "144")
			      OK("6", "144") "FORGET 4/2\n");
	finds_nothing(BEGIN LOOKUP("4") "   NODEID: 3\n" LOOKUP("6") "   NODEID: 4\n" OK("4", "144")
			      OK("6", "144") "FORGET 5/2\n");
	finds_nothing(BEGIN CREATE("4") OK("4", "160") RELEASE("6", "9")
			      OK("6", "16") "FORGET 9/1\n");
	/* READDIRPLUS tells of up to four here. */
	finds_nothing(BEGIN REQUEST("4", "READDIRPLUS", "44", "1") OK("4", "656") "FORGET 5/4\n");
	finds(BEGIN REQUEST("4", "READDIRPLUS", "44", "1") OK("4", "656") "FORGET 5/5\n",
	      FPT_CHECK_FORGET_UNFOUNDED);
	/* libfuse itself refuses a FORGET after DESTROY; and an INTERRUPT may have a reply or not.
	 */
	finds_nothing(BEGIN REQUEST("4", "BATCH_FORGET", "42", "0") ERROR("4", "-5"));
	finds_nothing(BEGIN OPEN("4", "3") REQUEST("5", "INTERRUPT", "36", "0") ERROR("5", "-11")
			      ERROR("4", "-4") REQUEST("7", "INTERRUPT", "36", "0"));
	/* Sizes that vary. */
	finds_nothing(BEGIN REQUEST("4", "READ", "15", "3") OK("4", "17")
			      REQUEST("6", "GETXATTR", "22", "3") OK("6", "24"));
	/* A kernel of 7.8, whose replies are shorter. */
	finds_nothing(REQUEST("2", "INIT", "26", "0") "INIT: 7.8\n   INIT: 7.31\n" OK("2", "40")
			      LOOKUP("4") OK("4", "136"));
}

/* Torn lines, and two servers: from there on requests and replies are not paired. */
static void test_mixed_logs(void **state)
{
	char where[100];

	(void)state;
	snprintf(where, sizeof(where), "line 7 (offset %zu): words of libfuse behind others",
		 strlen(BEGIN));
	audit(BEGIN OPEN("4", "3") OPEN("4", "5") OK("4", "32") OK("4", "32"), FPT_SOURCE_LIBFUSE,
	      &got);
	assert_int_equal(findings(), 0);
	assert_int_equal(got.damages, 1);
	assert_non_null(strstr(got.first, "line 8 "));
	assert_int_equal(fpt_summary__verdict(&got.summary), FPT_VERDICT_INCONCLUSIVE);
	audit(BEGIN "progress.." OPEN("4", "3") OK("4", "32") RELEASE("6", "3") RELEASE("8", "3"),
	      FPT_SOURCE_LIBFUSE, &got);
	assert_int_equal(findings(), 0);
	assert_int_equal(got.damages, 1);
	assert_non_null(strstr(got.first, where));
	assert_int_equal(fpt_summary__verdict(&got.summary), FPT_VERDICT_INCONCLUSIVE);
	/* What the kernel refuses by itself is found all the same. */
	audit(BEGIN "progress.." OPEN("4", "3") OPEN("6", "3") OK("6", "16"), FPT_SOURCE_LIBFUSE,
	      &got);
	assert_int_equal(findings(), 1);
	assert_int_equal(got.summary.findings[FPT_CHECK_REPLY_SIZE_WRONG], 1);
}

/* Cut anywhere: no finding comes of it, and whole lines before it count. */
static void test_cut_anywhere(void **state)
{
	static const char text[] = BEGIN LOOKUP("4") "   NODEID: 3\n" OK("4", "144") OPEN("6", "3")
		OK("6", "32") RELEASE("8", "3") OK("8", "16") "FORGET 3/1\n";
	size_t size, begin = strlen("FUSE library version: 3.14.0\n");

	(void)state;
	for (size = begin; size < sizeof(text); size++) {
		audit_with(text, size, FPT_SOURCE_LIBFUSE, &got, NULL);
		assert_int_equal(findings(), 0);
		assert_int_equal(got.damages, 0);
		assert_int_equal(got.state,
				 text[size - 1] == '\n' ? FPT_LOG_END : FPT_LOG_TRUNCATED);
		if (got.state == FPT_LOG_TRUNCATED)
			assert_non_null(strstr(got.first, "ends inside this line"));
	}
	assert_int_equal(got.events, 10);
}

static void test_refusal(void **state)
{
	(void)state;
	audit("", FPT_SOURCE_LIBFUSE, &got);
	assert_int_equal(got.open_err, EINVAL);
	audit("hello\nworld\n", FPT_SOURCE_LIBFUSE, &got);
	assert_int_equal(got.open_err, EINVAL);
	assert_non_null(strstr(got.first, "line 3 (offset 12): no line of libfuse"));
}

/* ---- forms by their first bytes ---- */

/* Nothing of it may be gone afterwards. */
static enum fpt_source_form form_at(const char *path, const char *text)
{
	const size_t size = strlen(text);
	enum fpt_source_form form;
	struct fpt_input input;
	char bytes[512];
	size_t done = 0;
	ssize_t n;

	assert_int_equal(fpt_input__open(&input, path), 0);
	form = fpt_source_form__of(&input);
	while ((n = fpt_input__read(&input, bytes + done, sizeof(bytes) - done)) > 0)
		done += (size_t)n;
	assert_int_equal(done, size);
	assert_memory_equal(bytes, text, size);
	fpt_input__close(&input);
	return form;
}

static void pipe_form(const char *text, enum fpt_source_form form)
{
	int fds[2], saved = dup(STDIN_FILENO);

	assert_int_equal(pipe(fds), 0);
	assert_int_equal(write(fds[1], text, strlen(text)), (ssize_t)strlen(text));
	close(fds[1]);
	dup2(fds[0], STDIN_FILENO);
	close(fds[0]);
	assert_int_equal(form_at("-", text), form);
	dup2(saved, STDIN_FILENO);
	close(saved);
}

static void test_forms(void **state)
{
	static const struct {
		const char *text;
		enum fpt_source_form form;
	} inputs[] = {
		{ "{\"type\":", FPT_SOURCE_JSONL },
		{ BEGIN, FPT_SOURCE_LIBFUSE },
		{ "the server's own words\n" OPEN("4", "3"), FPT_SOURCE_LIBFUSE },
		{ FPT_LOG_MAGIC "\1", FPT_SOURCE_LOG },
		{ "FUSE", FPT_SOURCE_MAX },
		{ "hello\n", FPT_SOURCE_MAX },
		{ "hello\n" OPEN("4", "3") "bye\n", FPT_SOURCE_LIBFUSE },
		{ "", FPT_SOURCE_MAX },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(inputs) / sizeof(inputs[0]); i++) {
		assert_int_equal(
			form_at(input_file(inputs[i].text, strlen(inputs[i].text)), inputs[i].text),
			inputs[i].form);
		pipe_form(inputs[i].text, inputs[i].form);
	}
	assert_int_equal(fpt_source_form__find("log"), FPT_SOURCE_LOG);
	assert_int_equal(fpt_source_form__find("jsonl"), FPT_SOURCE_JSONL);
	assert_int_equal(fpt_source_form__find("libfuse"), FPT_SOURCE_LIBFUSE);
	assert_int_equal(fpt_source_form__find(""), FPT_SOURCE_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_requests),
		cmocka_unit_test(test_replies),
		cmocka_unit_test(test_other_lines),
		cmocka_unit_test(test_findings),
		cmocka_unit_test(test_init),
		cmocka_unit_test(test_unanswered),
		cmocka_unit_test(test_nothing_unproven),
		cmocka_unit_test(test_mixed_logs),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_refusal),
		cmocka_unit_test(test_forms),
	};

	return cmocka_run_group_tests_name("libfuse", tests, NULL, NULL);
}
