// SPDX-License-Identifier: GPL-2.0-only
/* The wire format of protocol buffers, byte by byte. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "proto.h"

static void is(const struct fpt_proto *proto, const char *bytes, size_t size)
{
	assert_false(proto->full);
	assert_int_equal(proto->used, size);
	assert_memory_equal(proto->bytes, bytes, size);
}

static void test_numbers(void **state)
{
	struct fpt_proto proto = {};

	(void)state;
	fpt_proto__number(&proto, 1, 0);
	fpt_proto__number(&proto, 1, 127);
	fpt_proto__number(&proto, 15, 128);
	fpt_proto__number(&proto, 16, 300);
	is(&proto, "\x08\x00\x08\x7f\x78\x80\x01\x80\x01\xac\x02", 11);
	proto.used = 0;
	fpt_proto__number(&proto, 1, UINT64_MAX);
	is(&proto, "\x08\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11);
}

static void test_bytes_and_messages(void **state)
{
	struct fpt_proto proto = {}, inner = {};

	(void)state;
	fpt_proto__string(&proto, 2, "testing");
	is(&proto, "\x12\x07testing", 9);
	fpt_proto__number(&inner, 1, 150);
	fpt_proto__message(&proto, 3, &inner);
	fpt_proto__string(&proto, 4, "");
	is(&proto, "\x12\x07testing\x1a\x03\x08\x96\x01\x22\x00", 16);
}

/* What does not fit is not written in part: the message says so, and so does its parent. */
static void test_too_much(void **state)
{
	static struct fpt_proto proto, outer;
	static char many[FPT_PROTO_MAX];

	(void)state;
	fpt_proto__bytes(&proto, 1, many, sizeof(many) - 3);
	assert_false(proto.full);
	assert_int_equal(proto.used, FPT_PROTO_MAX);
	fpt_proto__number(&proto, 1, 1);
	assert_true(proto.full);
	proto.used = 0;
	fpt_proto__message(&outer, 1, &proto);
	assert_true(outer.full);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_bytes_and_messages),
		cmocka_unit_test(test_too_much),
	};

	return cmocka_run_group_tests_name("proto", tests, NULL, NULL);
}
