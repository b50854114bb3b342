// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON Lines as an input: every kind comes back as it was, a run leads to the
 * same report, and what is wrong is said with its line.
 */
#include "run_fixture.h"

#include "jsonl_lines.h"
#include "json.h"
#include "parse.h"
#include "value.h"

/* ---- every kind, there and back ---- */

static char batch_bytes[4096];
static size_t batch_size;

static void keep_batch(const struct fpt_batch *batch)
{
	if (!batch->bytes || ((const struct fpt_header *)batch->events)->kind == FPT_RUN)
		return;
	assert_true(batch->bytes <= sizeof(batch_bytes));
	memcpy(batch_bytes, batch->events, batch->bytes);
	batch_size = batch->bytes;
}

/* What the format can show: a flag of one bit, no text after a NUL, nothing hidden. */
static void make_plain(const struct fpt_kind_info *info, void *event)
{
	const struct fpt_field *field;

	for (field = info->fields; field < info->fields + info->nfields; field++) {
		char *at = (char *)event + field->offset;
		size_t length;

		if (field->format == FPT_FORMAT_HIDDEN)
			memset(at, 0, field->size);
		if (field->format == FPT_FORMAT_BOOL)
			fpt_field__set(field, event, fpt_field__get(field, event) != 0);
		if (field->format != FPT_FORMAT_TEXT)
			continue;
		at[field->size - 1] = '\0';
		length = strlen(at);
		memset(at + length, 0, field->size - length);
	}
}

static void there_and_back(const struct fpt_kind_info *info, void *event)
{
	struct audited got;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	make_plain(info, event);
	fputs(HEADER RUN_LINE BATCH, out);
	fpt_json__event(out, event, NULL);
	fputs(BATCH END, out);
	fclose(out);
	batch_size = 0;
	audit_with(text, size, FPT_SOURCE_JSONL, &got, keep_batch);
	if (got.open_err || got.damages)
		fail_msg("%s: %s", info->name, got.first);
	assert_int_equal(batch_size, info->size);
	if (memcmp(batch_bytes, event, info->size) != 0)
		fail_msg("%s comes back as another: %s", info->name, text);
	assert_int_equal(got.state, FPT_LOG_END);
	free(text);
}

static void test_every_kind_comes_back(void **state)
{
	const struct fpt_kind_info *info;
	uint64_t memory[64];
	size_t kind = 0, i;
	int byte;

	(void)state;
	while ((info = fpt_kinds(&kind))) {
		if (info->kind == FPT_RUN)
			continue; /* in every run below */
		for (byte = 0; byte < 256; byte += byte < 4 ? 1 : 7) {
			struct fpt_header *event = (struct fpt_header *)memory;

			for (i = 0; i < info->size; i++)
				((unsigned char *)memory)[i] =
					(unsigned char)(byte + (byte & 1) * (int)i);
			event->size = info->size;
			event->kind = info->kind;
			there_and_back(info, memory);
		}
	}
}

/* Names, each one; and numbers that have none. */
static void test_every_name_comes_back(void **state)
{
	static const enum fpt_format formats[] = {
		FPT_FORMAT_FOPEN, FPT_FORMAT_CONN,   FPT_FORMAT_BITS,  FPT_FORMAT_IOMODE,
		FPT_FORMAT_OP,	  FPT_FORMAT_OPCODE, FPT_FORMAT_ROUTE, FPT_FORMAT_DEV,
		FPT_FORMAT_HEX,	  FPT_FORMAT_OCT,    FPT_FORMAT_DEC
	};
	char words[FPT_VALUE_MAX];
	uint32_t value, back;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		const struct fpt_field field = { "f", 0, sizeof(value), formats[i], false };

		for (value = 0; value < 1U << 20; value += value < 300 ? 1 : 4099) {
			back = ~value;
			fpt_print_field(words, sizeof(words), &field, &value);
			assert_null(fpt_parse_field(&field, &back, words));
			assert_int_equal(back, value);
		}
	}
}

static void test_bad_values(void **state)
{
	static const struct {
		enum fpt_format format;
		const char *words;
	} bad[] = {
		{ FPT_FORMAT_DEC, "" },
		{ FPT_FORMAT_DEC, " 1" },
		{ FPT_FORMAT_DEC, "+1" },
		{ FPT_FORMAT_DEC, "1x" },
		{ FPT_FORMAT_DEC, "-1" },
		{ FPT_FORMAT_DEC, "4294967296" },
		{ FPT_FORMAT_HEX, "0x" },
		{ FPT_FORMAT_HEX, "0xg" },
		{ FPT_FORMAT_HEX, "0x100000000" },
		{ FPT_FORMAT_OCT, "8" },
		{ FPT_FORMAT_DEV, "1" },
		{ FPT_FORMAT_DEV, "1:" },
		{ FPT_FORMAT_DEV, ":1" },
		{ FPT_FORMAT_DEV, "4096:0" },
		{ FPT_FORMAT_DEV, "0:1048576" },
		{ FPT_FORMAT_FOPEN, "PASSTHROUGH|" },
		{ FPT_FORMAT_FOPEN, "NOTHING" },
		{ FPT_FORMAT_OPCODE, "open" },
		{ FPT_FORMAT_IOMODE, "" },
	};
	uint32_t value;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct fpt_field field = { "f", 0, sizeof(value), bad[i].format, false };

		if (!fpt_parse_field(&field, &value, bad[i].words))
			fail_msg("'%s' was taken", bad[i].words);
	}
}

static void test_bad_texts(void **state)
{
	static const char *const bad[] = {
		"\\", "\\x", "\\x4", "\\n", "\\x00", "\\xAB", "0123456789abcdef"
	};
	const struct fpt_field field = { "comm", 0, 16, FPT_FORMAT_TEXT, false };
	char comm[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (!fpt_parse_field(&field, comm, bad[i]))
			fail_msg("'%s' was taken", bad[i]);
	assert_null(fpt_parse_field(&field, comm, "a\\x0a\\x5c\\xff"));
	assert_memory_equal(comm, "a\n\\\xff\0\0", 6);
}

/* ---- runs ---- */

static struct run run;
static unsigned int gap_before; /* this batch of it; 0: nowhere */

/* The report of a run; from its batches, or from @source. */
static char *report_of(struct fpt_source *source)
{
	struct fpt_session_options options = { .events = true, .sinks = { .count = 1 } };
	char why[512], *text = NULL;
	const struct fpt_ending ending = {};
	struct fpt_session session;
	struct fpt_batch batch;
	enum fpt_log_state at = FPT_LOG_OK;
	size_t size = 0;
	unsigned int i;
	FILE *out = open_memstream(&text, &size);

	options.sinks.sink[0] = (struct fpt_sink){ .form = &fpt_out_json, .out = out };
	assert_int_equal(fpt_session__init(&session, &options), 0);
	for (i = 0; !source && i < run.batches; i++) {
		if (gap_before && i == gap_before)
			fpt_session__gap(&session);
		assert_int_equal(fpt_session__batch(&session, &run.batch[i]), 0);
	}
	for (; source && (at == FPT_LOG_OK || at == FPT_LOG_DAMAGED);) {
		at = fpt_source__next(source, &batch, why, sizeof(why));
		if (at == FPT_LOG_DAMAGED)
			fpt_session__gap(&session);
		else if (at != FPT_LOG_TRUNCATED)
			assert_int_equal(fpt_session__batch(&session, &batch), 0);
	}
	fpt_session__end(&session, &ending);
	fpt_session__free(&session);
	fclose(out);
	return text;
}

static void leads_to_the_same(void)
{
	char *live = report_of(NULL), *again, why[512];
	struct fpt_source *source;

	source = fpt_source__open(input_file(live, strlen(live)), FPT_SOURCE_JSONL, why,
				  sizeof(why));
	assert_non_null(source);
	again = report_of(source);
	fpt_source__close(source);
	assert_string_equal(again, live);
	free(again);
	free(live);
}

static void test_every_run_leads_to_the_same(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < RUNS; i++) {
		runs[i].make(&run);
		gap_before = 0;
		leads_to_the_same();
		gap_before = 1;
		leads_to_the_same();
	}
}

/* Lost events in the middle, and damage: neither is forgotten on the way. */
static void test_loss_and_gaps_come_back(void **state)
{
	struct audited got;

	(void)state;
	audit(HEADER RUN_LINE CLOSING(
		      "0") "{\"type\":\"batch\",\"lost\":3,\"missed\":1}\n"
			   "{\"type\":\"gap\"}\n{\"type\":\"end\",\"lost\":3,\"missed\":1,\"produced\":4}\n",
	      FPT_SOURCE_JSONL, &got);
	assert_int_equal(got.summary.lost, 3);
	assert_int_equal(got.summary.missed, 1);
	assert_int_equal(got.summary.gaps, 1);
	assert_int_equal(got.summary.produced, 4);
	assert_true(got.summary.ended);
	assert_non_null(strstr(got.first, "line 5 "));
}

/* ---- what is wrong ---- */

/* One line is bad: what is before and behind it is judged, and the verdict is in doubt. */
static void bad_line(const char *line, const char *why)
{
	static char text[1 << 21];
	struct audited got;
	char where[64];

	snprintf(text, sizeof(text), "%s%s%s%s", HEADER RUN_LINE CLOSING("0"), line,
		 CLOSING("-2") BATCH, END);
	audit(text, FPT_SOURCE_JSONL, &got);
	if (got.damages != 1)
		fail_msg("%.60s: %u damages", line, got.damages);
	snprintf(where, sizeof(where),
		 ": line 4 (offset %zu): ", strlen(HEADER RUN_LINE CLOSING("0")));
	if (!strstr(got.first, where) || !strstr(got.first, why))
		fail_msg("'%s' lacks '%s'", got.first, why);
	assert_int_equal(got.events, 2);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(fpt_summary__verdict(&got.summary), FPT_VERDICT_INCONCLUSIVE);
}

static void test_bad_lines(void **state)
{
	static char deep[200], giant[FPT_LOG_META_MAX + 100];

	(void)state;
	bad_line("\n", "no JSON");
	bad_line("{\"type\":\"event\"\n", "no JSON at byte");
	bad_line("{} {}\n", "no JSON at byte");
	bad_line("null\n", "null");
	bad_line("[]\n", "no JSON object");
	bad_line("\"\xff\"\n", "no JSON");
	bad_line("{}\n", "another type");
	bad_line("{\"type\":\"later\"}\n", "another type");
	bad_line("{\"type\":\"event\"}\n", "kind: want a number");
	bad_line("{\"type\":\"event\",\"event\":\"unknown\",\"kind\":11}\n", "not unknown here");
	bad_line("{\"type\":\"event\",\"event\":\"unknown\",\"kind\":1001}\n", "not unknown here");
	bad_line("{\"type\":\"event\",\"event\":\"unknown\",\"kind\":65536}\n", "has 16 bits");
	bad_line(CLOSING("2147483648"), "ret: does not fit");
	bad_line(CLOSING("\"0\""), "ret: want a number");
	bad_line("{\"type\":\"mount\",\"ts\":1,\"cpu\":0,\"seq\":0,\"pid\":1,\"tid\":1}\n",
		 "has no dev");
	bad_line("{\"type\":\"event\",\"event\":\"open\",\"ts\":-1}\n", "ts: want");
	bad_line(
		"{\"type\":\"event\",\"event\":\"open\",\"ts\":1,\"cpu\":4294967296,\"seq\":0,\"pid\":0,\"tid\":0}\n",
		"32 bits");
	bad_line("{\"type\":\"batch\",\"lost\":0}\n", "missed: want");
	memset(deep, '[', 100);
	strcpy(deep + 100, "\n");
	bad_line(deep, "no JSON");
	memset(giant, ' ', sizeof(giant) - 2);
	giant[sizeof(giant) - 2] = '\n';
	bad_line(giant, "longer than");
}

static void test_nul_in_a_line(void **state)
{
	static const char text[] = HEADER RUN_LINE "{\"type\":\"gap\"}\0\n" END;
	struct audited got;

	(void)state;
	audit_with(text, sizeof(text) - 1, FPT_SOURCE_JSONL, &got, NULL);
	assert_non_null(strstr(got.first, "line 3 "));
	assert_non_null(strstr(got.first, "NUL"));
}

/* Cut anywhere after the run's record: every whole line before counts. */
static void test_cut_anywhere(void **state)
{
	static const char text[] = HEADER RUN_LINE CLOSING("0") CLOSING("-2") BATCH END;
	const size_t first = strlen(HEADER RUN_LINE), one = strlen(CLOSING("0"));
	struct audited got;
	size_t size;

	(void)state;
	for (size = first; size < sizeof(text) - 2; size++) {
		uint64_t whole = (size - first >= one - 1) + (size - first >= 2 * one);

		audit_with(text, size, FPT_SOURCE_JSONL, &got, NULL);
		assert_int_equal(got.state, FPT_LOG_TRUNCATED);
		assert_int_equal(got.events, whole);
		assert_int_equal(got.damages, 0);
		assert_int_equal(fpt_summary__verdict(&got.summary), FPT_VERDICT_INCONCLUSIVE);
	}
}

/* @tail stands after @before, a whole run that passes by itself, or is fine there. */
static void followed_by(const char *before, const char *tail, size_t size, bool fine)
{
	const size_t length = strlen(before);
	char text[4096], where[80];
	const char *line;
	struct audited got;
	unsigned int number = 1;

	assert_true(length + size <= sizeof(text));
	memcpy(text, before, length);
	memcpy(text + length, tail, size);
	audit_with(text, length + size, FPT_SOURCE_JSONL, &got, NULL);
	for (line = before; (line = strchr(line, '\n')); line++)
		number++;
	snprintf(where, sizeof(where), ": line %u (offset %zu): something follows the end", number,
		 length);
	if (got.damages != !fine || (!fine && !strstr(got.first, where)))
		fail_msg("'%s': %u damages, '%s' for '%s'", tail, got.damages, got.first, where);
	/* The run itself is judged, and to its end. */
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(got.events, 1);
	assert_int_equal(got.summary.produced, 1);
	assert_true(got.summary.ended);
	assert_int_equal(fpt_summary__verdict(&got.summary),
			 fine ? FPT_VERDICT_PASS : FPT_VERDICT_INCONCLUSIVE);
}

#define FINE(tail) followed_by(WHOLE, tail, sizeof(tail) - 1, true)
#define FOLLOWS(before, tail) followed_by(before, tail, sizeof(tail) - 1, false)

static void test_what_may_follow_the_end(void **state)
{
	(void)state;
	FINE("");
	FINE("\n");
	FINE(" \t\r\n\n  ");
	FINE(SUMMARY);
	FINE("{\"type\":\"finding\"}\n" SUMMARY "\n");
	FINE("{\"type\":\"summary\"}");
}

static void test_garbage_after_the_end(void **state)
{
	(void)state;
	FOLLOWS(WHOLE, END);
	FOLLOWS(WHOLE, "garbage");
	FOLLOWS(WHOLE SUMMARY, "garbage\nand more\n");
	FOLLOWS(WHOLE, "{\"type\":\"summ");
	FOLLOWS(WHOLE, "{\"type\":\"later\"}\n");
	FOLLOWS(WHOLE, "[]\n");
	FOLLOWS(WHOLE, " \0\n");
	FOLLOWS(WHOLE, "{\"type\":\"summary\"}" HEADER);
}

static void refused(const char *text, int err, const char *why)
{
	struct audited got;

	audit(text, FPT_SOURCE_JSONL, &got);
	assert_int_equal(got.open_err, err);
	if (!strstr(got.first, ": line 1 (offset 0): ") || !strstr(got.first, why))
		fail_msg("'%s' lacks '%s'", got.first, why);
}

static void test_refusals(void **state)
{
	struct audited got;

	(void)state;
	refused("", EINVAL, "empty");
	refused("hello\n", EINVAL, "no JSON");
	refused("{\"type\":\"summary\"}\n", EINVAL, "no header");
	refused("{\"type\":\"header\",\"version\":1}\n", EINVAL, "no header");
	refused("{\"type\":\"header\",\"fusept\":\"9\",\"version\":2}\n", EPROTO, "version 2");
	refused("{\"type\":\"header\",\"fusept\":\"0\",\"version\":1}\n", EINVAL, "left out");
	refused("{\"type\":\"header\",\"fusept\":\"0\",\"version\":1,\"events\":\"shown\"}\n",
		EINVAL, "left out");
	assert_null(
		fpt_source__open("/nonexistent/x", FPT_SOURCE_JSONL, got.first, sizeof(got.first)));
	assert_int_equal(errno, ENOENT);
	assert_non_null(strstr(got.first, "/nonexistent/x"));
}

/* Of a later version: what they mean is not known. */
static void test_unknown_events(void **state)
{
	struct audited got;

	(void)state;
	audit(HEADER RUN_LINE
	      "{\"type\":\"event\",\"event\":\"later\",\"ts\":1,\"cpu\":0,\"seq\":0,\"pid\":1,\"tid\":1}\n"
	      "{\"type\":\"event\",\"event\":\"unknown\",\"ts\":1,\"cpu\":0,\"seq\":1,\"pid\":1,\"tid\":1,\"kind\":777}\n" BATCH
	      "{\"type\":\"end\",\"lost\":0,\"missed\":0,\"produced\":2}\n",
	      FPT_SOURCE_JSONL, &got);
	assert_int_equal(got.damages, 0);
	assert_int_equal(got.summary.impossible, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_comes_back),
		cmocka_unit_test(test_every_name_comes_back),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_bad_texts),
		cmocka_unit_test(test_every_run_leads_to_the_same),
		cmocka_unit_test(test_loss_and_gaps_come_back),
		cmocka_unit_test(test_bad_lines),
		cmocka_unit_test(test_nul_in_a_line),
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_what_may_follow_the_end),
		cmocka_unit_test(test_garbage_after_the_end),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_unknown_events),
	};

	return cmocka_run_group_tests_name("jsonl", tests, NULL, NULL);
}
