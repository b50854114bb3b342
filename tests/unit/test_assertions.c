// SPDX-License-Identifier: GPL-2.0-only
/* Assertions: what holds, what is found where one does not, and what is no assertion. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "assertions.h"

static const char document[] =
	"{\"violations\":0,\"lost\":12,\"none\":null,\"name\":\"a\\u001b\\\"b\","
	"\"opens\":{\"passthrough\":{\"count\":19,\"share\":0.95}},"
	"\"checks\":{\"ino-drift\":{\"count\":1}},\"big\":9007199254740991}";

static char why[512];

static int add(struct fpt_assertions *assertions, const char *expression)
{
	*why = '\0';
	return fpt_assertions__add(assertions, expression, why, sizeof(why));
}

static void holds(const char *expression)
{
	struct fpt_assertions assertions = {};

	if (add(&assertions, expression))
		fail_msg("%s: %s", expression, why);
	assert_int_equal(fpt_assertions__judge(&assertions, document), 0);
	if (!assertions.item[0].holds || assertions.failed)
		fail_msg("%s: found %s", expression, assertions.item[0].found);
	assert_null(assertions.item[0].found);
	fpt_assertions__free(&assertions);
}

static void fails(const char *expression, const char *found)
{
	struct fpt_assertions assertions = {};
	int i;

	if (add(&assertions, expression))
		fail_msg("%s: %s", expression, why);
	for (i = 0; i < 2; i++) { /* nothing is left of a first time */
		assert_int_equal(fpt_assertions__judge(&assertions, document), 0);
		assert_int_equal(assertions.failed, 1);
		assert_false(assertions.item[0].holds);
		assert_string_equal(assertions.item[0].found, found);
	}
	fpt_assertions__free(&assertions);
}

static void refused(const char *expression, const char *words)
{
	struct fpt_assertions assertions = {};

	assert_int_equal(add(&assertions, expression), -EINVAL);
	assert_string_equal(why, words);
	assert_int_equal(assertions.count, 0);
	fpt_assertions__free(&assertions);
}

static void test_holds(void **state)
{
	(void)state;
	holds(".violations == 0");
	holds(".opens.passthrough.share >= 0.95");
	holds(".checks[\"ino-drift\"].count == 1");
	holds("  .lost == 12 # as it was seen\n");
	holds(".lost"); /* a number is as good as true */
	holds("true, 1");
	holds("[.checks[].count] | add == 1");
	holds(".big == 9007199254740991");
}

static void test_fails(void **state)
{
	(void)state;
	fails(".lost == 0", ".lost is 12");
	fails(".opens.passthrough.share > 0.95", ".opens.passthrough.share is 0.95");
	fails("0 == .lost", "0 is 0");
	fails(".none", "null");
	fails(".violatons == 0", ".violatons is null");
	fails(".violations == 0 and .lost == 0", "false");
	fails("true, false", "false");
	fails("empty", "no value");
	fails("halt", "a halt");
	fails("error(\"no\")", "an error: no");
	fails(".lost | keys", "an error: number (12) has no keys");
	fails("repeat(true)", "no end of values");
	fails("[.checks[].count] | add > 1", "[.checks[].count] | add is 1");
	/* What is found comes from names too. */
	fails(".name == \"\"", ".name is \"a\\x5cu001b\\x5c\"b\"");
}

/* What has no end does not keep the others from being judged. */
static void test_endless(void **state)
{
	static const char *const expressions[] = { ".lost == 12", "def f: f; f", ".lost == 1",
						   "[repeat(1)]", "true" };
	static const char *const found[] = { NULL, "no result within 3 s of processor time",
					     ".lost is 12", "no result within ", NULL };
	struct fpt_assertions assertions = {};
	size_t i;

	(void)state;
	for (i = 0; i < 5; i++)
		assert_int_equal(add(&assertions, expressions[i]), 0);
	assert_int_equal(fpt_assertions__judge(&assertions, document), 0);
	assert_int_equal(assertions.failed, 3);
	for (i = 0; i < 5; i++) {
		assert_int_equal(assertions.item[i].holds, !found[i]);
		if (!found[i])
			assert_null(assertions.item[i].found);
		else if (strncmp(assertions.item[i].found, found[i], strlen(found[i])) != 0)
			fail_msg("%s: found %s", expressions[i], assertions.item[i].found);
	}
	fpt_assertions__free(&assertions);
}

static void test_refused(void **state)
{
	(void)state;
	refused(".lost ==", "syntax error, unexpected $end");
	refused(".lost @@ 1", "syntax error, unexpected INVALID_CHARACTER, expecting $end");
	refused("losses == 1", "losses/0 is not defined");
	refused(".a == 1; .b", "syntax error, unexpected ';', expecting $end");
	refused("import \"x\" as x; 1", "module not found: x");
	refused("import \"x\" as x {search:\"$ORIGIN/lib\"}; 1", "module not found: x");
	refused("", "it is empty");
	refused(" \t# only a comment", "it is empty");
}

static void left_is(const char *expression, const char *left)
{
	size_t length = fpt_assertion_left(expression);

	if (length != strlen(left) || strncmp(expression, left, length) != 0)
		fail_msg("%s: the left side is '%.*s'", expression, (int)length, expression);
}

static void test_left_side(void **state)
{
	(void)state;
	left_is(".a == 1", ".a ");
	left_is(".a<=1", ".a");
	left_is(".a | .b != 1 | .c > 2", ".a | .b != 1 | .c ");
	left_is(".a == 1 | not", "");
	left_is(".a", "");
	left_is("(.a == 1)", "");
	left_is("[.[] | select(.x == 1)] | length == 0", "[.[] | select(.x == 1)] | length ");
	left_is(".[\"a == b\"] == 1", ".[\"a == b\"] ");
	left_is("\"\\(.a == \"\\\"b\\\")\") c\" == 1", "\"\\(.a == \"\\\"b\\\")\") c\" ");
	left_is(".a == 1 and .b == 2", "");
	left_is(".a == 1 or .b", "");
	left_is(".a // 1 == 2", "");
	left_is(".a == 1, .b == 2", "");
	left_is(".a = 1", "");
	left_is(".a |= 1", "");
	left_is(".and == 1", ".and ");
	left_is(".a? == 1", ".a? ");
	left_is(". as $or | $or.x == 1", ". as $or | $or.x ");
	left_is("if .a == 1 then .b else .c end == 2", "if .a == 1 then .b else .c end ");
	left_is("def f: . == 1; f", "");
	left_is("# a == b\n.c == 1", "# a == b\n.c ");
	left_is("\"never closed == 1", "");
	left_is("\"\\", "");
	left_is("", "");
}

static int read_words(struct fpt_assertions *assertions, const char *words, size_t size)
{
	static char path[64];
	int fd = memfd_create("expect", 0), err;

	assert_int_equal(write(fd, words, size), (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	*why = '\0';
	err = fpt_assertions__read(assertions, path, why, sizeof(why));
	close(fd);
	return err;
}

static void test_file(void **state)
{
	static const char words[] =
		"# comment\n\n   \t\n.lost == 12\r\n  .lost == 0 # no\n\t# more\n.violations == 0";
	struct fpt_assertions assertions = {};

	(void)state;
	assert_int_equal(read_words(&assertions, words, strlen(words)), 0);
	assert_int_equal(assertions.count, 3);
	assert_int_equal(assertions.item[0].line, 4);
	assert_int_equal(assertions.item[1].line, 5);
	assert_int_equal(assertions.item[2].line, 7);
	assert_int_equal(fpt_assertions__judge(&assertions, document), 0);
	assert_int_equal(assertions.failed, 1);
	assert_string_equal(assertions.item[1].found, ".lost is 12");
	assert_string_equal(assertions.item[1].expression, ".lost == 0 # no");
	fpt_assertions__free(&assertions);
}

static void bad_file(const char *words, size_t size, const char *said)
{
	struct fpt_assertions assertions = {};

	assert_int_equal(read_words(&assertions, words, size), -EINVAL);
	assert_non_null(strstr(why, said));
	assert_int_equal(strncmp(why, "/proc/self/fd/", 14), 0);
	fpt_assertions__free(&assertions);
}

static void test_bad_files(void **state)
{
	struct fpt_assertions assertions = {};

	(void)state;
	bad_file(".a == 1\n\n.b ==\n", 15, ":3: syntax error, unexpected $end");
	bad_file(".a\0b\n", 5, ":1: byte 3 is no text in UTF-8");
	bad_file(".a\n.b == \"\xff\"\n", 13, ":2: byte 8 is no text in UTF-8");
	assert_int_equal(fpt_assertions__read(&assertions, "/nonexistent/file", why, sizeof(why)),
			 -ENOENT);
	assert_string_equal(why, "/nonexistent/file: No such file or directory");
	assert_int_equal(fpt_assertions__read(&assertions, "/", why, sizeof(why)), -EISDIR);
	assert_int_equal(assertions.count, 0);
	fpt_assertions__free(&assertions);
}

static void test_document_that_is_none(void **state)
{
	struct fpt_assertions assertions = {};

	(void)state;
	assert_int_equal(add(&assertions, "true"), 0);
	assert_int_equal(fpt_assertions__judge(&assertions, "{"), -EINVAL);
	fpt_assertions__free(&assertions);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_holds),	  cmocka_unit_test(test_fails),
		cmocka_unit_test(test_endless),	  cmocka_unit_test(test_refused),
		cmocka_unit_test(test_left_side), cmocka_unit_test(test_file),
		cmocka_unit_test(test_bad_files), cmocka_unit_test(test_document_that_is_none),
	};

	return cmocka_run_group_tests_name("assertions", tests, NULL, NULL);
}
