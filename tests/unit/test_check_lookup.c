// SPDX-License-Identifier: GPL-2.0-only
/*
 * Identity and lookups: what is legal stays silent, and an inode whose beginning
 * was not seen, or about which something was lost, is never judged.
 */
#include "lookup_stream.h"

#define ROOT 1
#define SETTLED (2 * SECOND)

static void start(struct stream *s)
{
	stream_options(s, ALL_EVENTS, false);
}

static void silent(struct stream *s)
{
	if (s->findings)
		print_message("[%s] %s\n", fpt_checks[s->heard[0].check].id, s->heard[0].text);
	assert_int_equal(s->findings, 0);
	stream_free(s);
}

static void said(struct stream *s, enum fpt_check_id check, const char *text)
{
	assert_int_equal(s->findings, 1);
	assert_string_equal(fpt_checks[s->heard[0].check].id, fpt_checks[check].id);
	assert_string_equal(s->heard[0].text, text);
	stream_free(s);
}

/* The inode that comes next, at another address. */
static void another(struct stream *s, uint64_t nodeid, uint32_t generation)
{
	s->id.inode += 0x100;
	s->id.nodeid = nodeid;
	s->id.generation = generation;
	s->nlookup = 0;
	s->state = (struct fpt_state){ .bits = FPT_BIT_READ };
}

static void evict_old(struct stream *s, const struct fpt_id *old, uint32_t bits)
{
	struct fpt_id id = s->id;
	struct fpt_state state = s->state;

	s->id = *old;
	s->state.bits |= bits;
	evict(s);
	s->id = id;
	s->state = state;
}

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
	silent(&s);
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
	silent(&s);
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
	silent(&s);
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
	silent(&s);
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
	said(&s, FPT_CHECK_NODEID_TWO_INODES,
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
	silent(&s);
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
	silent(&s);
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
	silent(&s);
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
	said(&s, FPT_CHECK_LOOKUP_COUNT_WRONG,
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
	said(&s, FPT_CHECK_IDENTITY_MIXED,
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
	said(&s, FPT_CHECK_IDENTITY_MIXED,
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
	said(&s, FPT_CHECK_NODEID_TWO_INODES,
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

static void feed_forgotten(struct stream *s, uint64_t due, uint64_t forgotten, uint32_t opcode)
{
	struct fpt_forgotten e = { .conn = s->id.conn,
				   .nodeid = s->id.nodeid,
				   .due = due,
				   .forgotten = forgotten,
				   .opcode = opcode };

	FEED(s, FORGOTTEN, e);
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
	said(&s, FPT_CHECK_FORGET_WRONG, "1 lookups were forgotten where none was due");
	start(&s);
	FEED(&s, INIT, init);
	feed_forgotten(&s, 1, 0, 1);
	said(&s, FPT_CHECK_FORGET_WRONG,
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
	said(&s, FPT_CHECK_INO_DRIFT, "STATX tells 0, which stat shows, but the inode keeps 103");
	start(&s);
	feed_number(&s, 3, FPT_CONN_PASSTHROUGH);
	feed_number(&s, ROOT, CONN_INO);
	silent(&s);
}

/* ---- incomplete evidence ---- */

/* Everything that rests on an inode's beginning. */
static void all_wrong(struct stream *s)
{
	struct fpt_id old = s->id;

	another(s, s->id.nodeid, s->id.generation + 1);
	born(s);
	counted(s);
	counted(s);
	evict_old(s, &old, 0); /* good, though superseded, with 2 lookups */
	s->nlookup = 7;
	s->id.mode = 0040755;
	evict(s);
}

static void test_mid_life(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	s.mid_life = true;
	all_wrong(&s);
	feed_forgotten(&s, 0, 1, 0);
	silent(&s);
}

static void test_after_loss(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	born(&s);
	batch_lost(&s, 1);
	all_wrong(&s);
	feed_forgotten(&s, 0, 1, 0);
	silent(&s);
	/* Long after, everything counts again but what was before. */
	start(&s);
	born(&s);
	batch_lost(&s, 1);
	s.tid++;
	born(&s);
	s.now += SETTLED;
	evict(&s);
	feed_forgotten(&s, 0, 1, 0);
	said(&s, FPT_CHECK_FORGET_WRONG, "1 lookups were forgotten where none was due");
}

/* The loss was an eviction: the same address is another inode's, of which all is seen. */
static void test_made_anew_after_loss(void **state)
{
	struct stream s;
	struct fpt_id old;

	(void)state;
	start(&s);
	born(&s);
	counted(&s);
	old = s.id;
	another(&s, old.nodeid, 2);
	born(&s);
	batch_lost(&s, 1);
	s.id = old;
	s.id.generation = 5;
	attr(&s, 103, NULL); /* begins the doubt */
	s.findings = 0;
	s.now += SETTLED;
	s.nlookup = 0;
	born(&s);
	counted(&s);
	evict(&s);
	silent(&s);
}

/* What was known before is not made good by an event after. */
static void test_seen_again_after_loss(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	s.id.conn_flags = 0;
	born(&s);
	batch_lost(&s, 1);
	attr(&s, 999, NULL);
	s.nlookup = 7;
	s.now += SETTLED;
	evict(&s);
	silent(&s);
}

/* INIT was seen, and yet something on the way was lost. */
static void test_forgotten_in_a_lossy_batch(void **state)
{
	struct fpt_init init;
	struct stream s;

	(void)state;
	start(&s);
	batch_lost(&s, 1);
	init = healthy_init(&s);
	FEED(&s, INIT, init);
	feed_forgotten(&s, 0, 1, 0);
	silent(&s);
}

static void with_filter(struct stream *s, uint64_t only_ino)
{
	struct fpt_checker_options options = {
		.events = ALL_EVENTS, .only_ino = only_ino, .report = keep_heard, .context = s
	};

	start(s);
	fpt_checker__free(s->checker);
	s->checker = fpt_checker__new(&options);
	assert_non_null(s->checker);
}

/* It shows what happens to an inode by its number only while it has that number. */
static void test_filter_on_a_number(void **state)
{
	struct stream s;

	(void)state;
	with_filter(&s, 103);
	born(&s);
	all_wrong(&s);
	silent(&s);
	with_filter(&s, 3);
	born(&s);
	s.nlookup++;
	evict(&s);
	said(&s, FPT_CHECK_LOOKUP_COUNT_WRONG,
	     "at its eviction nlookup is 1 after 0 replies taken for it");
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
		cmocka_unit_test(test_mid_life),
		cmocka_unit_test(test_after_loss),
		cmocka_unit_test(test_made_anew_after_loss),
		cmocka_unit_test(test_seen_again_after_loss),
		cmocka_unit_test(test_forgotten_in_a_lossy_batch),
		cmocka_unit_test(test_filter_on_a_number),
	};

	return cmocka_run_group_tests_name("lookup", tests, NULL, NULL);
}
