// SPDX-License-Identifier: GPL-2.0-only
/*
 * Identity and lookups: an inode whose beginning was not seen, or about which
 * something was lost, is never judged.
 */
#include "lookup_stream.h"

#define SETTLED (2 * SECOND)

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
	must_be_silent(&s);
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
	must_be_silent(&s);
	/* Long after, everything counts again but what was before. */
	start(&s);
	born(&s);
	batch_lost(&s, 1);
	s.tid++;
	born(&s);
	s.now += SETTLED;
	evict(&s);
	feed_forgotten(&s, 0, 1, 0);
	must_say(&s, FPT_CHECK_FORGET_WRONG, "1 lookups were forgotten where none was due");
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
	must_be_silent(&s);
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
	must_be_silent(&s);
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
	must_be_silent(&s);
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
	must_be_silent(&s);
	with_filter(&s, 3);
	born(&s);
	s.nlookup++;
	evict(&s);
	must_say(&s, FPT_CHECK_LOOKUP_COUNT_WRONG,
		 "at its eviction nlookup is 1 after 0 replies taken for it");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mid_life),
		cmocka_unit_test(test_after_loss),
		cmocka_unit_test(test_made_anew_after_loss),
		cmocka_unit_test(test_seen_again_after_loss),
		cmocka_unit_test(test_forgotten_in_a_lossy_batch),
		cmocka_unit_test(test_filter_on_a_number),
	};

	return cmocka_run_group_tests_name("lookup_doubt", tests, NULL, NULL);
}
