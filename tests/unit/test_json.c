// SPDX-License-Identifier: GPL-2.0-only
/*
 * JSON Lines: exact lines for a few events, and valid JSON with every field
 * for all kinds and all bytes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "json_check.h"
#include "record.h"
#include "table.h"

static char *text; /* what out got; NUL-terminated after written() */
static size_t size;
static FILE *out;

static int begin(void **state)
{
	(void)state;
	out = open_memstream(&text, &size);
	return out ? 0 : -1;
}

static int finish(void **state)
{
	(void)state;
	fclose(out);
	free(text);
	return 0;
}

/* What was written since the call before. */
static const char *written(void)
{
	static char line[16384];

	fflush(out);
	assert_true(size < sizeof(line));
	memcpy(line, text, size);
	line[size] = '\0';
	rewind(out);
	return line;
}

/* Lines are kept for a validator, if there is a place for them. */
static const char *event_line(const void *event)
{
	const char *line, *path = getenv("FUSEPT_LINES");
	FILE *lines = path ? fopen(path, "ae") : NULL;

	fpt_json__event(out, event, NULL);
	line = written();
	assert_true(json_is_line(line));
	if (lines) {
		fputs(line, lines);
		fclose(lines);
	}
	return line;
}

static void test_checker(void **state)
{
	static const char *const good[] = {
		"{}\n",
		"[]\n",
		"0\n",
		"-1.5e+3\n",
		"\"\"\n",
		"{\"a\":[1,{\"b\":null}],\"c\":true}\n",
		"\"\\u00e9\\n\\\\ \xc3\xa9 \xf0\x9f\x98\x80\"\n",
		"[ 1 , 2 ]\n",
	};
	static const char *const bad[] = {
		"",
		"\n",
		"{}",
		"{}\n\n",
		"{}}\n",
		"{,}\n",
		"{\"a\"}\n",
		"{\"a\":}\n",
		"{a:1}\n",
		"[1,]\n",
		"[1 2]\n",
		"01\n",
		"1.\n",
		"-\n",
		"+1\n",
		"\"\\x\"\n",
		"\"\\u12g4\"\n",
		"\"\t\"\n",
		"\"\x7f\"\n",
		"\"\xff\"\n",
		"\"\xc0\xaf\"\n",
		"\"\xe0\x80\xaf\"\n",
		"\"\xed\xa0\x80\"\n",
		"\"\xc3\"\n",
		"\"\x80\"\n",
		"\"\xf4\x90\x80\x80\"\n",
		"\"a\n",
		"nul\n",
		"{\"a\":1\n",
		"{} {}\n",
		"\"\\\n",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(json_is_line(good[i]));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(json_is_line(bad[i]));
}

static void test_writer(void **state)
{
	struct fpt_json json = { .out = out };

	(void)state;
	fpt_json_begin(&json);
	fpt_json_key(&json, "type");
	fpt_json_string(&json, "summary");
	fpt_json_key(&json, "none");
	fpt_json_string(&json, NULL);
	fpt_json_key(&json, "list");
	fpt_json_begin_array(&json);
	fpt_json_number(&json, INT64_MIN);
	fpt_json_unsigned(&json, UINT64_MAX);
	fpt_json_begin(&json);
	fpt_json_end(&json);
	fpt_json_begin(&json);
	fpt_json_key(&json, "id");
	fpt_json_id(&json, UINT64_MAX);
	fpt_json_end(&json);
	fpt_json_begin_array(&json);
	fpt_json_end_array(&json);
	fpt_json_end_array(&json);
	fpt_json_key(&json, "yes");
	fpt_json_bool(&json, true);
	fpt_json_key(&json, "no");
	fpt_json_bool(&json, false);
	fpt_json_end(&json);
	fpt_json_end_line(&json);
	fpt_json_begin(&json);
	fpt_json_end(&json);
	fpt_json_end_line(&json);
	assert_string_equal(written(),
			    "{\"type\":\"summary\",\"none\":null,\"list\":["
			    "-9223372036854775808,18446744073709551615,{},"
			    "{\"id\":\"18446744073709551615\"},[]],\"yes\":true,\"no\":false}\n"
			    "{}\n");
}

static void string_is(const char *in, size_t length, const char *expected)
{
	fpt_json__string(out, in, length);
	assert_string_equal(written(), expected);
}

static void test_string(void **state)
{
	(void)state;
	string_is("", 0, "\"\"");
	string_is("a\"b\\c/d", 7, "\"a\\\"b\\\\c/d\"");
	string_is("a\0b", 3, "\"a\\u0000b\"");
	string_is("\n\x1b\x7f", 3, "\"\\u000a\\u001b\\u007f\"");
	string_is("caf\xc3\xa9", 5, "\"caf\xc3\xa9\"");
	string_is("\xe2\x80\xae\xc2\x9b", 5, "\"\\u202e\\u009b\"");
	string_is("\xf3\xa0\x81\x81", 4, "\"\\udb40\\udc41\"");
	string_is("\xff\xe6\x97", 3, "\"\\\\xff\\\\xe6\\\\x97\"");
}

static void test_open_line(void **state)
{
	const struct fpt_open event = {
		.h = { sizeof(event), FPT_OPEN, 3, 41, 123456789, 77, 78 },
		.inode = 0xffff888012345678,
		.conn = 0x10,
		.nodeid = 1ULL << 60,
		.generation = 2,
		.dev = 41,
		.conn_flags = FPT_CONN_PASSTHROUGH | FPT_CONN_PASSTHROUGH_INO,
		.mode = 0100644,
		.begin_ns = 123456000,
		.ino = 9007199254740993,
		.file = 7,
		.f_flags = 0100002,
		.opcode = 14,
		.ret = -5,
		.file_mode = FPT_IOM_CACHED,
		.open_flags = 1 << 7,
		.backing_id = -1,
		.comm = "cat",
		.name = "a\x1b\xff\xe2\x80\xae\\b",
	};

	(void)state;
	assert_string_equal(event_line(&event),
			    "{\"type\":\"event\",\"event\":\"open\",\"ts\":123456789,\"cpu\":3,"
			    "\"seq\":41,\"pid\":77,\"tid\":78,\"inode\":\"0xffff888012345678\","
			    "\"conn\":\"0x10\",\"nodeid\":\"1152921504606846976\","
			    "\"generation\":2,\"dev\":\"0:41\","
			    "\"conn_flags\":\"PASSTHROUGH|PASSTHROUGH_INO\",\"mode\":\"0100644\","
			    "\"begin_ns\":123456000,\"ino\":\"9007199254740993\",\"file\":\"7\","
			    "\"f_flags\":\"0100002\",\"opcode\":\"OPEN\",\"ret\":-5,"
			    "\"ret_name\":\"EIO\",\"file_mode\":\"cached\","
			    "\"open_flags\":\"PASSTHROUGH\",\"backing_id\":-1,\"comm\":\"cat\","
			    "\"name\":\"a\\\\x1b\\\\xff\\\\xe2\\\\x80\\\\xae\\\\x5cb\"}\n");
}

/* A number that is no error has no name. */
static void test_ret(void **state)
{
	struct fpt_backing_close event = { .h.size = sizeof(event), .h.kind = FPT_BACKING_CLOSE };

	(void)state;
	assert_non_null(strstr(event_line(&event), "\"ret\":0,\"conn_flags\""));
	event.ret = 5;
	assert_non_null(strstr(event_line(&event), "\"ret\":5,\"conn_flags\""));
	event.ret = -2;
	assert_non_null(strstr(event_line(&event), "\"ret\":-2,\"ret_name\":\"ENOENT\","));
}

static void test_record_and_unknown_lines(void **state)
{
	const struct fpt_mount_record mount = {
		.h = { sizeof(mount), FPT_MOUNT, 0, 0, 5, 6, 7 },
		.dev = 41,
		.fstype = "fusept",
		.path = "/mnt/a b",
	};
	const struct fpt_header unknown = { 40, 777, 1, 2, 3, 4, 5 };

	(void)state;
	assert_string_equal(event_line(&mount),
			    "{\"type\":\"mount\",\"ts\":5,\"cpu\":0,\"seq\":0,\"pid\":6,"
			    "\"tid\":7,\"dev\":\"0:41\",\"fstype\":\"fusept\","
			    "\"path\":\"/mnt/a b\"}\n");
	assert_string_equal(event_line(&unknown),
			    "{\"type\":\"event\",\"event\":\"unknown\",\"ts\":3,\"cpu\":1,"
			    "\"seq\":2,\"pid\":4,\"tid\":5,\"kind\":777}\n");
}

/* Every field once, in the table's order, and none that is hidden. */
static void has_all_fields(const struct fpt_kind_info *info, const char *line)
{
	const char *at = strstr(line, "\"tid\":");
	char key[64];
	size_t i;

	for (i = 0; i < info->nfields; i++) {
		snprintf(key, sizeof(key), ",\"%s\":", info->fields[i].name);
		if (info->fields[i].format == FPT_FORMAT_HIDDEN) {
			assert_null(strstr(line, key));
			continue;
		}
		at = strstr(at + 1, key);
		assert_non_null(at);
		assert_null(strstr(at + 1, key));
	}
}

static void test_all_kinds_all_bytes(void **state)
{
	const struct fpt_kind_info *info;
	uint64_t memory[64];
	size_t kind = 0, i;
	int byte;

	(void)state;
	while ((info = fpt_kinds(&kind))) {
		assert_true(info->size <= sizeof(memory));
		for (byte = 0; byte < 256; byte++) {
			struct fpt_header *event = (struct fpt_header *)memory;

			memset(memory, byte, sizeof(memory));
			event->size = info->size;
			event->kind = info->kind;
			has_all_fields(info, event_line(event));
			for (i = sizeof(*event); i < info->size; i++)
				((unsigned char *)memory)[i] = (unsigned char)(i + (size_t)byte);
			event_line(event);
		}
	}
}

/* Text without a NUL at its end stops at the end of its field. */
static void test_unended_text(void **state)
{
	struct fpt_open event = { .h = { sizeof(event), FPT_OPEN, 0, 0, 0, 0, 0 } };
	const char *line, *comm;

	(void)state;
	memset(event.comm, 'c', sizeof(event.comm));
	memset(event.name, 'n', sizeof(event.name));
	line = event_line(&event);
	comm = strstr(line, "\"comm\":\"");
	assert_non_null(comm);
	assert_int_equal(strspn(comm + 8, "c"), sizeof(event.comm));
	assert_int_equal(strspn(strstr(line, "\"name\":\"") + 8, "n"), sizeof(event.name));
}

#define WRITER_TEST(name) cmocka_unit_test_setup_teardown(name, begin, finish)
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checker),
		WRITER_TEST(test_writer),
		WRITER_TEST(test_string),
		WRITER_TEST(test_open_line),
		WRITER_TEST(test_ret),
		WRITER_TEST(test_record_and_unknown_lines),
		WRITER_TEST(test_all_kinds_all_bytes),
		WRITER_TEST(test_unended_text),
	};

	return cmocka_run_group_tests_name("json", tests, NULL, NULL);
}
