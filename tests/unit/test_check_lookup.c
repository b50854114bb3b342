// SPDX-License-Identifier: GPL-2.0-only
/* Identity and lookups: what is legal stays silent, and what is not is told. */
#include "lookup_stream.h"

#define ROOT 1

/* ---- what is legal ---- */

static void test_counts_add_up(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	born(&s);
	counted(&s);
	linked(&s);
	attr(&s, 999, NULL);
	counted(&s);
	s.id.conn_flags = 0;
	evict(&s);
	/* The same address and nodeid, and a new count. */
	s.nlookup = 0;
	s.id.generation++;
	born(&s);
	counted(&s);
	evict(&s);
	assert_int_equal(s.heard[0].check, FPT_CHECK_INO_DRIFT);
	s.findings--;
	must_be_silent(&s);
}

/* Another task's lookup is counted before it is told. */
static void test_others_in_between(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	born(&s);
	s.nlookup = 2;
	counted(&s);
	s.nlookup = 1;
	counted(&s);
	s.nlookup = 2;
	counted(&s);
	evict(&s);
	must_be_silent(&s);
}

static void test_reused_and_bad(void **state)
{
	struct fpt_id old;
	struct stream s;

	(void)state;
	start(&s);
	born(&s);
	old = s.id;
	another(&s, old.nodeid, old.generation + 1);
	born(&s);
	evict_old(&s, &old, FPT_BIT_BAD);
	evict(&s);
	must_be_silent(&s);
}

static void test_reused_after_eviction(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	born(&s);
	evict(&s);
	another(&s, s.id.nodeid, s.id.generation);
	born(&s);
	evict(&s);
	must_be_silent(&s);
}

/* Of many inodes each is found by its nodeid, whoever has gone meanwhile. */
static void test_many_nodeids(void **state)
{
	enum { MANY = 1000 };
	struct fpt_id old[MANY];
	struct stream s;
	int i;

	(void)state;
	start(&s);
	for (i = 0; i < MANY; i++) {
		another(&s, 10 + i, 1);
		born(&s);
		old[i] = s.id;
	}
	for (i = 0; i < MANY; i += 2)
		evict_old(&s, &old[i], 0);
	for (i = 0; i < MANY; i += 2) {
		another(&s, 10 + i, 1);
		born(&s);
	}
	assert_int_equal(s.findings, 0);
	another(&s, 10 + MANY - 1, 2);
	born(&s);
	evict_old(&s, &old[MANY - 1], 0);
	must_say(&s, FPT_CHECK_NODEID_TWO_INODES,
		 "evicted as a good inode, though its nodeid had become another inode's");
}

/* Nodeids and connections that fall together in what is remembered are told apart. */
static void test_unlike_but_close(void **state)
{
	uint64_t scatter = 0x9e3779b97f4a7c15ULL;
	struct fpt_id old[2000];
	struct stream s;
	int i;

	(void)state;
	start(&s);
	for (i = 0; i < 2000; i++) {
		if (i < 1000)
			another(&s, scatter * i * i >> 20, 1);
		else
			another(&s, 7, 1);
		if (i >= 1000)
			s.id.conn = scatter * i * i >> 20;
		born(&s);
		old[i] = s.id;
	}
	for (i = 0; i < 2000; i++)
		evict_old(&s, &old[i], 0);
	must_be_silent(&s);
}

/* Another file system of the connection, where that nodeid is the root. */
static void test_submount(void **state)
{
	struct fpt_id mount_point;
	struct stream s;

	(void)state;
	start(&s);
	s.id.mode = 0040755;
	s.state.bits |= FPT_BIT_AUTOMOUNT;
	born(&s);
	mount_point = s.id;
	linked(&s); /* which its own count does not have */
	s.nlookup = 0;
	another(&s, s.id.nodeid, 0);
	s.id.dev++;
	born(&s);
	another(&s, s.id.nodeid, s.id.generation);
	s.id.dev--;
	s.state.bits |= FPT_BIT_AUTOMOUNT;
	born(&s); /* the mount point once more: it is not hashed */
	evict_old(&s, &mount_point, 0);
	evict(&s);
	must_be_silent(&s);
}

static void test_root(void **state)
{
	struct fpt_identity told = { .told_nodeid = ROOT,
				     .told_generation = 5,
				     .told_mode = 0040755,
				     .bits = FPT_BIT_BAD,
				     .root = 1 };
	struct stream s;

	(void)state;
	start(&s);
	s.id.nodeid = ROOT;
	s.nlookup = 1; /* by the mount */
	born(&s);
	PUT(told, inode, s.id);
	FEED(&s, IDENTITY, told);
	evict(&s);
	must_be_silent(&s);
}

/* ---- what is not ---- */

static void test_lookup_not_counted(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	born(&s);
	counted(&s);
	s.nlookup--;
	counted(&s);
	evict(&s);
	must_say(&s, FPT_CHECK_LOOKUP_COUNT_WRONG,
		 "after a lookup nlookup is 1 after 2 replies taken for it");
}

static void test_stale_root_stays_good(void **state)
{
	struct fpt_identity told = { .told_nodeid = ROOT, .told_mode = 0100644, .root = 1 };
	struct stream s;

	(void)state;
	start(&s);
	PUT(told, inode, s.id);
	FEED(&s, IDENTITY, told);
	must_say(
		&s, FPT_CHECK_IDENTITY_MIXED,
		"attributes told of nodeid 1, generation 0, regular file was taken for nodeid 3, generation 1, regular file");
}

static void test_only_a_root_stays(void **state)
{
	struct fpt_identity told = { .told_nodeid = 4, .told_mode = 0100644, .bits = FPT_BIT_BAD };
	struct stream s;

	(void)state;
	start(&s);
	PUT(told, inode, s.id);
	FEED(&s, IDENTITY, told);
	must_say(
		&s, FPT_CHECK_IDENTITY_MIXED,
		"attributes told of nodeid 4, generation 0, regular file was taken for nodeid 3, generation 1, regular file");
}

/* Whatever was seen of it; one that nobody looked up yet was never hashed. */
static void test_out_of_the_hash(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	s.state.bits |= FPT_BIT_UNHASHED;
	evict(&s);
	assert_int_equal(s.findings, 0);
	s.nlookup = 1;
	s.state.bits |= FPT_BIT_AUTOMOUNT;
	evict(&s);
	s.state.bits ^= FPT_BIT_AUTOMOUNT | FPT_BIT_BAD;
	evict(&s);
	assert_int_equal(s.findings, 0);
	s.state.bits ^= FPT_BIT_BAD;
	evict(&s);
	must_say(&s, FPT_CHECK_NODEID_TWO_INODES,
		 "evicted as a good inode, though its nodeid had become another inode's");
}

static void test_changes_of_each_part(void **state)
{
	struct stream s;
	int part;

	(void)state;
	for (part = 0; part < 3; part++) {
		struct fpt_release e = { .name = "f" };

		start(&s);
		s.id.conn_flags = 0;
		born(&s);
		s.id.nodeid += part == 0;
		s.id.generation += part == 1;
		s.id.mode = part == 2 ? 0040755 : s.id.mode;
		if (part == 0)
			PUT(e, inode, s.id);
		if (part == 0)
			FEED(&s, RELEASE, e);
		else if (part == 1)
			linked(&s);
		else
			attr(&s, 103, NULL);
		assert_int_equal(s.findings, 1);
		assert_int_equal(s.heard[0].check, FPT_CHECK_IDENTITY_CHANGED);
		evict(&s);
		assert_int_equal(s.findings, 1);
		stream_free(&s);
	}
}

static void test_forgotten_outside(void **state)
{
	struct fpt_init init;
	struct stream s;

	(void)state;
	start(&s);
	init = healthy_init(&s);
	FEED(&s, INIT, init);
	feed_forgotten(&s, 0, 1, 44);
	must_say(&s, FPT_CHECK_FORGET_WRONG, "1 lookups were forgotten where none was due");
	start(&s);
	FEED(&s, INIT, init);
	feed_forgotten(&s, 1, 0, 1);
	must_say(&s, FPT_CHECK_FORGET_WRONG,
		 "a reply to LOOKUP was neither taken for an inode nor forgotten");
}

static void feed_number(struct stream *s, uint64_t nodeid, uint32_t conn_flags)
{
	struct fpt_number e = { .ino = 103, .orig_ino = 103, .told_ino = 0, .opcode = 52 };

	s->id.nodeid = nodeid;
	s->id.conn_flags = conn_flags;
	PUT(e, inode, s->id);
	FEED(s, NUMBER, e);
}

static void test_number_shown_but_not_kept(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	feed_number(&s, 3, CONN_INO);
	must_say(&s, FPT_CHECK_INO_DRIFT,
		 "STATX tells 0, which stat shows, but the inode keeps 103");
	start(&s);
	feed_number(&s, 3, FPT_CONN_PASSTHROUGH);
	feed_number(&s, ROOT, CONN_INO);
	must_be_silent(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_counts_add_up),
		cmocka_unit_test(test_others_in_between),
		cmocka_unit_test(test_reused_and_bad),
		cmocka_unit_test(test_reused_after_eviction),
		cmocka_unit_test(test_many_nodeids),
		cmocka_unit_test(test_unlike_but_close),
		cmocka_unit_test(test_submount),
		cmocka_unit_test(test_root),
		cmocka_unit_test(test_lookup_not_counted),
		cmocka_unit_test(test_stale_root_stays_good),
		cmocka_unit_test(test_only_a_root_stays),
		cmocka_unit_test(test_out_of_the_hash),
		cmocka_unit_test(test_changes_of_each_part),
		cmocka_unit_test(test_forgotten_outside),
		cmocka_unit_test(test_number_shown_but_not_kept),
	};

	return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
