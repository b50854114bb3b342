// SPDX-License-Identifier: GPL-2.0-only
/* What BACKING_OPEN must say before it looks at the file, and what it need not. */
#include "event_stream.h"

#define LACKS 1
#define HAS 2

struct registration {
	uint32_t conn_flags, sys_admin, map_flags;
	int ret;
	enum fpt_check_id check; /* FPT_CHECK_MAX: none against the kernel */
};

static const struct registration rows[] = {
	{ FPT_CONN_PASSTHROUGH, HAS, 0, 1, FPT_CHECK_MAX },
	{ FPT_CONN_PASSTHROUGH, 0, 0, 1, FPT_CHECK_MAX },
	{ FPT_CONN_PASSTHROUGH, LACKS, 0, 1, FPT_CHECK_BACKING_ACCEPTED },
	{ FPT_CONN_PASSTHROUGH, LACKS, 0, -EPERM, FPT_CHECK_MAX },
	{ FPT_CONN_PASSTHROUGH, LACKS, 0, -EBADF, FPT_CHECK_BACKING_ERRNO },
	{ FPT_CONN_PASSTHROUGH, LACKS, 1, -EINVAL, FPT_CHECK_BACKING_ERRNO },
	{ FPT_CONN_PASSTHROUGH, HAS, 1, -EINVAL, FPT_CHECK_MAX },
	{ FPT_CONN_PASSTHROUGH, HAS, 1, -EPERM, FPT_CHECK_MAX }, /* a security module's */
	{ FPT_CONN_PASSTHROUGH, HAS, 1, -EBADF, FPT_CHECK_BACKING_ERRNO },
	{ FPT_CONN_PASSTHROUGH, HAS, 1, 1, FPT_CHECK_BACKING_ACCEPTED },
	{ FPT_CONN_PASSTHROUGH, HAS, 0, -ELOOP, FPT_CHECK_MAX },
	{ 0, HAS, 0, -EPERM, FPT_CHECK_MAX },
	{ 0, HAS, 0, -ELOOP, FPT_CHECK_BACKING_ERRNO },
	{ 0, HAS, 0, 1, FPT_CHECK_BACKING_ACCEPTED },
};

static void test_rows(void **state)
{
	const struct registration *row;
	unsigned int i, kernel;
	struct stream s;

	(void)state;
	for (row = rows; row < rows + sizeof(rows) / sizeof(rows[0]); row++) {
		struct fpt_backing_open e = { .fd = 5, .ret = row->ret, .comm = "server" };

		stream_options(&s, ALL_EVENTS, false);
		connection(&s);
		e.conn = s.id.conn;
		e.dev = s.id.dev;
		e.conn_flags = row->conn_flags;
		e.sys_admin = row->sys_admin;
		e.map_flags = row->map_flags;
		FEED(&s, BACKING_OPEN, e);
		for (i = kernel = 0; i < s.findings; i++) {
			if (s.heard[i].check == FPT_CHECK_BACKING_REFUSED)
				continue;
			assert_int_equal(s.heard[i].check, row->check);
			kernel++;
		}
		assert_int_equal(kernel, row->check != FPT_CHECK_MAX);
		stream_free(&s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
