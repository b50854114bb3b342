// SPDX-License-Identifier: GPL-2.0-only
/*
 * How single values look, and that no byte of an untrusted name gets through
 * to the terminal unless it is harmless.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <linux/fuse.h>
#include <stdio.h>
#include <string.h>

#include "value.h"

#define SAYS(expected, writer, value) \
	assert_string_equal(writer(out, sizeof(out), (value)), expected)

static void test_errno(void **state)
{
	char out[FPT_VALUE_MAX];

	(void)state;
	assert_string_equal(fpt_errno_name(EIO), "EIO");
	assert_string_equal(fpt_errno_name(-EIO), "EIO");
	assert_string_equal(fpt_errno_name(-512), "ERESTARTSYS");
	assert_string_equal(fpt_errno_name(-524), "ENOTSUPP");
	assert_null(fpt_errno_name(0));
	assert_null(fpt_errno_name(4000));
	assert_null(fpt_errno_name(INT32_MIN));
	assert_null(fpt_errno_name(INT32_MAX));
	SAYS("EBUSY", fpt_print_errno, -EBUSY);
	SAYS("0", fpt_print_errno, 0);
	SAYS("5", fpt_print_errno, 5); /* a file descriptor, say: not EIO */
	SAYS("-4000", fpt_print_errno, -4000);
	SAYS("-9223372036854775808", fpt_print_errno, INT64_MIN);
	SAYS("-4294967291", fpt_print_errno, -4294967291); /* not its low half */
}

static void test_flags(void **state)
{
	char out[FPT_VALUE_MAX];

	(void)state;
	SAYS("0", fpt_print_fopen, 0);
	SAYS("PASSTHROUGH", fpt_print_fopen, 1 << 7);
	SAYS("DIRECT_IO|PASSTHROUGH", fpt_print_fopen, 1 << 7 | FOPEN_DIRECT_IO);
	SAYS("KEEP_CACHE|NONSEEKABLE|CACHE_DIR|STREAM|NOFLUSH|PARALLEL_DIRECT_WRITES",
	     fpt_print_fopen,
	     FOPEN_KEEP_CACHE | FOPEN_NONSEEKABLE | FOPEN_CACHE_DIR | FOPEN_STREAM | FOPEN_NOFLUSH |
		     FOPEN_PARALLEL_DIRECT_WRITES);
	SAYS("DIRECT_IO|0x8000000000000300", fpt_print_fopen, 1ULL << 63 | 0x301);
	SAYS("0x100", fpt_print_fopen, 0x100);
	SAYS("PASSTHROUGH|PASSTHROUGH_INO|WRITEBACK|NO_OPEN|KNOWS_INO", fpt_print_conn,
	     FPT_CONN_PASSTHROUGH | FPT_CONN_PASSTHROUGH_INO | FPT_CONN_WRITEBACK |
		     FPT_CONN_NO_OPEN | FPT_CONN_KNOWS_INO);
	SAYS("PASSTHROUGH_INO", fpt_print_conn, FPT_CONN_PASSTHROUGH_INO);
	SAYS("CACHE_IO|BAD|READ|DAX", fpt_print_bits,
	     FPT_BIT_CACHE_IO | FPT_BIT_BAD | FPT_BIT_READ | FPT_BIT_DAX);
	SAYS("BAD", fpt_print_bits, FPT_BIT_BAD);
}

static void test_names(void **state)
{
	char out[FPT_VALUE_MAX];

	(void)state;
	SAYS("none", fpt_print_iomode, FPT_IOM_NONE);
	SAYS("cached", fpt_print_iomode, FPT_IOM_CACHED);
	SAYS("uncached", fpt_print_iomode, FPT_IOM_UNCACHED);
	SAYS("3", fpt_print_iomode, 3);
	SAYS("io_open", fpt_print_op, FPT_OP_IO_OPEN);
	SAYS("io_release", fpt_print_op, FPT_OP_IO_RELEASE);
	SAYS("0", fpt_print_op, 0);
	SAYS("OPEN", fpt_print_opcode, FUSE_OPEN);
	SAYS("CREATE", fpt_print_opcode, FUSE_CREATE);
	SAYS("TMPFILE", fpt_print_opcode, FUSE_TMPFILE);
	SAYS("7", fpt_print_opcode, 7); /* never assigned */
	SAYS("18446744073709551615", fpt_print_opcode, UINT64_MAX);
	SAYS("0:28", fpt_print_dev, 28);
	SAYS("259:1048575", fpt_print_dev, 259 << 20 | 0xfffff);
	SAYS("4095:0", fpt_print_dev, 0xfff00000);
	SAYS("0.000000000", fpt_print_ns, 0);
	SAYS("12.000000345", fpt_print_ns, 12000000345);
}

static void field_says(const char *expected, enum fpt_format format, uint16_t size, bool is_signed,
		       uint64_t value)
{
	const struct fpt_field field = { "f", 8, size, format, is_signed };
	uint64_t event[2] = { 0, value };
	char out[FPT_VALUE_MAX];

	assert_string_equal(fpt_print_field(out, sizeof(out), &field, event), expected);
}

static void test_field_formats(void **state)
{
	(void)state;
	field_says("4294967295", FPT_FORMAT_DEC, 4, false, UINT64_MAX);
	field_says("-1", FPT_FORMAT_DEC, 4, true, UINT32_MAX);
	field_says("18446744073709551615", FPT_FORMAT_DEC, 8, false, UINT64_MAX);
	field_says("-9223372036854775808", FPT_FORMAT_DEC, 8, true, 1ULL << 63);
	field_says("0xff", FPT_FORMAT_HEX, 4, false, 0xff);
	field_says("0100644", FPT_FORMAT_OCT, 4, false, 0100644);
	field_says("0xffff888000000000", FPT_FORMAT_KEY, 8, false, 0xffff888000000000);
	field_says("0", FPT_FORMAT_KEY, 8, false, 0);
	field_says("0:41", FPT_FORMAT_DEV, 4, false, 41);
	field_says("1.000000001", FPT_FORMAT_NS, 8, false, 1000000001);
	field_says("true", FPT_FORMAT_BOOL, 1, false, 1);
	field_says("false", FPT_FORMAT_BOOL, 1, false, 0x100);
	field_says("EINVAL", FPT_FORMAT_ERRNO, 4, true, (uint32_t)-EINVAL);
	field_says("PASSTHROUGH", FPT_FORMAT_FOPEN, 4, false, 1 << 7);
	field_says("uncached", FPT_FORMAT_IOMODE, 4, false, FPT_IOM_UNCACHED);
	field_says("NO_OPEN", FPT_FORMAT_CONN, 4, false, FPT_CONN_NO_OPEN);
	field_says("READ", FPT_FORMAT_BITS, 4, false, FPT_BIT_READ);
	field_says("uncached_end", FPT_FORMAT_OP, 4, false, FPT_OP_UNCACHED_END);
	field_says("splice_read", FPT_FORMAT_ROUTE, 4, false, FPT_ROUTE_SPLICE_READ);
	field_says("OPENDIR", FPT_FORMAT_OPCODE, 4, false, FUSE_OPENDIR);
	field_says("7", FPT_FORMAT_HIDDEN, 4, false, 7);
	field_says("\\x1b[m", FPT_FORMAT_TEXT, 8, false, 0x6d5b1b); /* "\033[m" */
}

/* At every size: ended, inside its bounds, and the start of the whole. */
static void test_short_buffers(void **state)
{
	char whole[FPT_VALUE_MAX], part[2 * FPT_VALUE_MAX];
	size_t size;

	(void)state;
	fpt_print_fopen(whole, sizeof(whole), UINT64_MAX);
	assert_true(strlen(whole) < sizeof(whole) - 1);
	for (size = 1; size < sizeof(whole); size++) {
		memset(part, '#', sizeof(part) - 1);
		part[sizeof(part) - 1] = '\0';
		fpt_print_fopen(part, size, UINT64_MAX);
		assert_true(strlen(part) < size);
		assert_memory_equal(part, whole, strlen(part));
		assert_int_equal(strspn(part + size, "#"), sizeof(part) - 1 - size);
	}
}

static void sanitized(const char *in, const char *expected)
{
	char out[256];
	size_t length = fpt_sanitize(out, sizeof(out), in, strlen(in));

	assert_string_equal(out, expected);
	assert_int_equal(length, strlen(expected));
}

static void test_sanitize(void **state)
{
	(void)state;
	sanitized("", "");
	sanitized("plain name.txt", "plain name.txt");
	sanitized("caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80",
		  "caf\xc3\xa9 \xe6\x97\xa5\xe6\x9c\xac \xf0\x9f\x98\x80");
	sanitized("\x1b[31m\n\t\r\x7f", "\\x1b[31m\\x0a\\x09\\x0d\\x7f");
	sanitized("a\\b", "a\\x5cb");
	sanitized("\xc2\x9b"
		  "31m",
		  "\\xc2\\x9b31m"); /* C1: CSI */
	sanitized("\xe2\x80\xae"
		  "txt.exe",
		  "\\xe2\\x80\\xaetxt.exe"); /* U+202E */
	sanitized("\xe2\x81\xa6\xe2\x81\xa9", "\\xe2\\x81\\xa6\\xe2\\x81\\xa9"); /* U+2066, 9 */
	sanitized("\xd8\x9c\xe2\x80\x8f", "\\xd8\\x9c\\xe2\\x80\\x8f"); /* U+061C, U+200F */
	sanitized("\xe2\x80\xa8", "\\xe2\\x80\\xa8"); /* line separator */
	sanitized("\xef\xbb\xbf", "\\xef\\xbb\\xbf"); /* byte order mark */
	sanitized("\xf3\xa0\x81\x81", "\\xf3\\xa0\\x81\\x81"); /* tag letter */
	sanitized("\xff\xfe", "\\xff\\xfe");
	sanitized("\x80z", "\\x80z"); /* a continuation alone */
	sanitized("\xc0\xaf", "\\xc0\\xaf"); /* overlong '/' */
	sanitized("\xe0\x80\xaf", "\\xe0\\x80\\xaf");
	sanitized("\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf");
	sanitized("\xed\xa0\x80", "\\xed\\xa0\\x80"); /* a surrogate */
	sanitized("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* past U+10FFFF */
	sanitized("\xe6\x97", "\\xe6\\x97"); /* cut in a character */
	sanitized("\xe6\x97z", "\\xe6\\x97z");
}

/* A field without a NUL is not read past; a NUL ends it. */
static void test_sanitize_bounds(void **state)
{
	const char field[4] = { 'a', 'b', 'c', '\xe6' };
	char out[16];
	size_t size;

	(void)state;
	assert_int_equal(fpt_sanitize(out, sizeof(out), field, sizeof(field)), 7);
	assert_string_equal(out, "abc\\xe6");
	fpt_sanitize(out, sizeof(out), "ab\0cd", 5);
	assert_string_equal(out, "ab");
	assert_int_equal(fpt_sanitize(NULL, 0, field, sizeof(field)), 0);
	for (size = 1; size < sizeof(out); size++) {
		const char *expected = size < 2 ? "" : size < 5 ? "a" : "a\xe6\x97\xa5";

		memset(out, '#', sizeof(out));
		fpt_sanitize(out, size, "a\xe6\x97\xa5\n", 5);
		assert_string_equal(out, size < 9 ? expected : "a\xe6\x97\xa5\\x0a");
		assert_int_equal(out[size], '#');
	}
}

/* Every byte and pair of bytes comes out printable, and can be had back. */
static void test_sanitize_all_pairs(void **state)
{
	unsigned int pair;

	(void)state;
	for (pair = 0; pair < 0x10000; pair++) {
		const char in[3] = { (char)(pair >> 8), (char)pair, 0 };
		char out[16], back[16] = "", *at;
		size_t length = fpt_sanitize(out, sizeof(out), in, 2), i = 0;

		for (at = out; *at; at += at[0] == '\\' ? 4 : 1) {
			unsigned int byte = (unsigned char)*at;

			assert_true(byte >= 0x20 && byte != 0x7f);
			assert_true(byte != 0xc2 || (unsigned char)at[1] >= 0xa0);
			if (byte == '\\')
				assert_int_equal(sscanf(at, "\\x%02x", &byte), 1);
			back[i++] = (char)byte;
		}
		assert_int_equal(at - out, length);
		assert_string_equal(back, in);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_errno),		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_names),		cmocka_unit_test(test_field_formats),
		cmocka_unit_test(test_short_buffers),	cmocka_unit_test(test_sanitize),
		cmocka_unit_test(test_sanitize_bounds), cmocka_unit_test(test_sanitize_all_pairs),
	};

	return cmocka_run_group_tests_name("value", tests, NULL, NULL);
}
