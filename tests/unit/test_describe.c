// SPDX-License-Identifier: GPL-2.0-only
/*
 * --explain: complete for every check, within 80 columns, and helpful where
 * there is no such check.  That the examples are true is in test_check.c.
 */
#include <unistd.h>

#include "check_expected.h"
#include "describe.h"

static char *text; /* what fpt_describe() printed last */
static char said[512]; /* and on standard error */

static int describe(const char *what)
{
	size_t size;
	FILE *out, *err = tmpfile();
	int saved = dup(2), result;

	free(text);
	text = NULL;
	out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_non_null(err);
	fflush(stderr);
	dup2(fileno(err), 2);
	result = fpt_describe(out, "tool", what);
	fflush(stderr);
	dup2(saved, 2);
	close(saved);
	fclose(out);
	rewind(err);
	said[fread(said, 1, sizeof(said) - 1, err)] = '\0';
	fclose(err);
	return result;
}

static int teardown(void **state)
{
	(void)state;
	free(text);
	return 0;
}

static size_t longest_line(const char *at)
{
	size_t longest = 0, length;

	for (; *at; at += length + (at[length] == '\n')) {
		length = strcspn(at, "\n");
		if (length > longest)
			longest = length;
	}
	return longest;
}

static void test_every_check(void **state)
{
	static const char *const fields[] = { "\nRule ",  "\nBlame ",	"\nVerdict ", "\nMeaning ",
					      "\nCause ", "\nRemedy ",	"\nExample ", "\nEvidence ",
					      "\nNeeds ", "\nSee also " };
	int check;
	size_t i;

	(void)state;
	for (check = 0; check < FPT_CHECK_MAX; check++) {
		const char *id = fpt_checks[check].id;

		assert_true(strlen(id) <= 32);
		assert_int_equal(describe(id), 0);
		assert_string_equal(said, "");
		assert_int_equal(strncmp(text, id, strlen(id)), 0);
		for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			if (!strstr(text, fields[i]))
				fail_msg("%s: no%s", id, fields[i] + 1);
		assert_non_null(strstr(text, "fusept-checks(7)\n"));
		if (longest_line(text) > 80)
			fail_msg("a line of %zu columns:\n%s", longest_line(text), text);
	}
}

/* Whole sentences, separated by one blank. */
static unsigned int sentences(const char *id, const char *words)
{
	unsigned int count = 0;
	const char *at = words;

	while ((at = strchr(at, '.')) && at[1])
		count += *++at == ' ';
	if (!at || strstr(words, "  ") || *words == ' ')
		fail_msg("%s: no sentence: %s", id, words);
	return count + 1;
}

static void test_texts(void **state)
{
	int check;

	(void)state;
	for (check = 0; check < FPT_CHECK_MAX; check++) {
		const struct fpt_check_text *t = fpt_check_texts[check];
		const char *id = fpt_checks[check].id;
		unsigned int count = sentences(id, t->means);

		if (count < 2 || count > 4)
			fail_msg("%s: its meaning has %u sentences, not 2 to 4", id, count);
		sentences(id, t->cause);
		assert_int_equal(sentences(id, t->done), 1);
		assert_true(*t->found && strlen(t->found) < FPT_FINDING_TEXT);
	}
}

static void test_see_also(void **state)
{
	char word[64];
	int check, other;
	const char *at;

	(void)state;
	for (check = 0; check < FPT_CHECK_MAX; check++) {
		at = fpt_check_texts[check]->see;
		assert_true(*at);
		for (; *at; at += strcspn(at, " "), at += *at == ' ') {
			snprintf(word, sizeof(word), "%.*s", (int)strcspn(at, " "), at);
			for (other = 0; other < FPT_CHECK_MAX; other++)
				if (strcmp(fpt_checks[other].id, word) == 0)
					break;
			if (other == FPT_CHECK_MAX || other == check)
				fail_msg("%s: see also %s", fpt_checks[check].id, word);
		}
	}
}

/* Only what rests on history is silenced by a loss. */
static void test_evidence_is_as_told(void **state)
{
	struct stream s;
	size_t i;

	(void)state;
	for (i = 0; i < SCENARIOS; i++) {
		enum fpt_check_id check = scenarios[i].check;
		bool found;

		stream_options(&s, ALL_EVENTS, false);
		batch_lost(&s, 1);
		scenarios[i].run(&s);
		found = fpt_checker__summary(s.checker)->findings[check];
		if (found == fpt_check_texts[check]->history)
			fail_msg("%s after a loss: %s", fpt_checks[check].id,
				 found ? "found, though it rests on history" : "silent");
		stream_free(&s);
	}
}

static unsigned int count_of(const char *what)
{
	const char *at = text;
	unsigned int count = 0;

	while ((at = strstr(at, what))) {
		count++;
		at++;
	}
	return count;
}

static void test_by_invariant(void **state)
{
	(void)state;
	assert_int_equal(describe("I26"), 0);
	assert_int_equal(count_of("\nMeaning "), 2);
	assert_non_null(strstr(text, "ino-backing-mismatch (I26)\n"));
	assert_non_null(strstr(text, "\nino-errno-wrong (I26)\n"));
	assert_int_equal(describe("t13"), 0);
	assert_int_equal(count_of("\nMeaning "), 1);
	assert_non_null(strstr(text, "fusept-iomode(7)"));
	assert_int_equal(describe("INO-DRIFT"), 0);
	assert_int_equal(count_of("\nMeaning "), 1);
}

static void test_example_as_printed(void **state)
{
	(void)state;
	assert_int_equal(describe("ino-drift"), 0);
	assert_non_null(strstr(text, "\n            a reply changes the number from 103 to 999\n"
				     "            [ino-drift, server warning]\n"));
}

static void test_needs(void **state)
{
	char needs[1024];

	(void)state;
	assert_string_equal(fpt_describe_needs(needs, sizeof(needs), FPT_CHECK_INIT_STACK_DEPTH),
			    "init events, from process_init_reply");
	assert_string_equal(
		fpt_describe_needs(needs, sizeof(needs), FPT_CHECK_BACKING_COUNT_END),
		"backing_free events, from fuse_backing_files_free, fuse_backing_id_free");
	assert_int_equal(strlen(fpt_describe_needs(needs, 20, FPT_CHECK_BACKING_COUNT)), 19);
}

static void test_list(void **state)
{
	int check;

	(void)state;
	assert_int_equal(describe("list"), 0);
	for (check = 0; check < FPT_CHECK_MAX; check++)
		assert_non_null(strstr(text, fpt_checks[check].id));
	assert_true(longest_line(text) <= 80);
	assert_int_equal(count_of("\n"), FPT_CHECK_MAX + 1);
	assert_int_equal(describe(NULL), 0);
	assert_int_equal(count_of("\n"), FPT_CHECK_MAX + 1);
}

static void refused(const char *word, const char *nearest)
{
	char what[256];

	snprintf(what, sizeof(what), "tool: no check '%s'%s", word, nearest);
	assert_int_equal(describe(word), -EINVAL);
	assert_string_equal(text, "");
	if (strncmp(said, what, strlen(what)) != 0 || !strstr(said, "; tool --explain lists all\n"))
		fail_msg("%s", said);
}

static void test_unknown(void **state)
{
	char word[1000];

	(void)state;
	refused("ino-drfit", "; near it are ino-drift");
	refused("ino-mismatch", "; near it are ino-dirent-mismatch, ino-backing-mismatch");
	refused("ebusy", "; near it are mode-ebusy-direct-write");
	refused("I99", "; tool");
	refused("", "; tool");
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	assert_int_equal(describe(word), -EINVAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_check),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_evidence_is_as_told),
		cmocka_unit_test(test_see_also),
		cmocka_unit_test(test_by_invariant),
		cmocka_unit_test(test_example_as_printed),
		cmocka_unit_test(test_needs),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests_name("describe", tests, NULL, teardown);
}
