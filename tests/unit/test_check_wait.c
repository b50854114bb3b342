// SPDX-License-Identifier: GPL-2.0-only
/* What is told of a cached open that waits in vain: who waits, for what, and who holds it up. */
#include "event_stream.h"

static void waits(struct stream *s, uint64_t file, uint32_t mapping, const char *name)
{
	struct fpt_wait e = { .file = file, .before_ctr = -1, .mapping = mapping, .comm = "dd" };

	PUT(e, inode, s->id);
	memcpy(e.name, name, strnlen(name, sizeof(e.name)));
	FEED(s, WAIT, e);
}

/* Thread 10 writes, thread 11 opens a file and waits; in thread 12 a passthrough open succeeds. */
static void overtaken(struct stream *s, uint32_t mapping, const char *name)
{
	stream_options(s, ALL_EVENTS, false);
	connection(s);
	uncached_start(s, NULL, 0);
	s->tid = 11;
	op_begins(s, FPT_OP_CACHED_OPEN, 7, FPT_IOM_NONE, NULL);
	if (name)
		waits(s, 7, mapping, name);
	s->tid = 12;
	open_passthrough(s, 8, &first_backing);
}

static void write_ends(struct stream *s)
{
	s->tid = 10;
	s->now += SECOND / 2;
	uncached_end(s);
}

static void told(struct stream *s, const char *text, uint16_t witness)
{
	s->now += 2 * SECOND;
	fpt_checker__tick(s->checker, s->now);
	assert_int_equal(s->findings, 1);
	assert_int_equal(s->heard[0].check, FPT_CHECK_MODE_WAIT_STUCK);
	assert_int_equal(s->heard[0].kind, witness);
	assert_string_equal(s->heard[0].text, text);
	stream_free(s);
}

static void test_open_under_passthrough(void **state)
{
	struct stream s;

	(void)state;
	overtaken(&s, 0, "slow\n");
	write_ends(&s);
	told(&s,
	     "\"slow\\x0a\", being opened by dd (pid 11), waits 2.5 s longer than it should: "
	     "the direct write of thread 10 ended 2.0 s ago, and the inode is in passthrough by "
	     "\"file8\" opened by cat (pid 12)",
	     FPT_WAIT);
}

static void test_mapping_under_passthrough(void **state)
{
	struct stream s;

	(void)state;
	overtaken(&s, 1, "slow");
	told(&s,
	     "\"slow\", being mapped by dd (pid 11), waits 2.0 s longer than it should: "
	     "the direct write of thread 10 is still on, and the inode is in passthrough by "
	     "\"file8\" opened by cat (pid 12)",
	     FPT_WAIT);
}

/* Its state at entry did not show that it would wait. */
static void test_unseen_wait(void **state)
{
	struct stream s;

	(void)state;
	overtaken(&s, 0, NULL);
	told(&s,
	     "cached_open of thread 11 waits 2.0 s longer than it should: "
	     "the direct write of thread 10 is still on, and the inode is in passthrough by "
	     "\"file8\" opened by cat (pid 12)",
	     FPT_OP_BEGIN);
}

/* The time matters to a live run only as long as somebody waits. */
static void test_who_waits_now(void **state)
{
	struct stream s;

	(void)state;
	overtaken(&s, 0, "slow");
	assert_int_equal(fpt_checker__waiting(s.checker), 1);
	s.tid = 11;
	cached_ends(&s, 7, FPT_IOM_NONE, -ETXTBSY);
	assert_int_equal(fpt_checker__waiting(s.checker), 0);
	s.now += 2 * SECOND;
	fpt_checker__tick(s.checker, s.now);
	assert_int_equal(s.findings, 0);
	stream_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_under_passthrough),
		cmocka_unit_test(test_mapping_under_passthrough),
		cmocka_unit_test(test_unseen_wait),
		cmocka_unit_test(test_who_waits_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
