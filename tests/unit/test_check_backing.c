// SPDX-License-Identifier: GPL-2.0-only
/*
 * Legal lives of backing files and of pages, next to those that checks report:
 * each differs from a finding of check_scenarios.h in one thing only.
 */
#include "page_stream.h"

static void start(struct stream *s)
{
	stream_options(s, ALL_EVENTS, false);
	connection(s);
}

static void silent(struct stream *s)
{
	if (s->findings)
		print_message("[%s] %s\n", fpt_checks[s->heard[0].check].id, s->heard[0].text);
	assert_int_equal(s->findings, 0);
	stream_free(s);
}

static void found(struct stream *s, enum fpt_check_id check)
{
	assert_int_equal(s->findings, 1);
	assert_string_equal(fpt_checks[s->heard[0].check].id, fpt_checks[check].id);
	stream_free(s);
}

/* The last close of the file drops the last reference. */
static void test_closed_in_use(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	open_passthrough(&s, 1, &first_backing);
	backing_closing(&s, &first_backing);
	backing_closes(&s, &first_backing);
	op_begins(&s, FPT_OP_UNCACHED_END, 0, 0, NULL);
	s.state.ctr = 0;
	s.state.fb = 0;
	backing_gone(&s, &first_backing);
	end_ends(&s);
	silent(&s);
}

/* The id's reference is the last, and goes before the close returns. */
static void test_freed_by_close(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	open_passthrough(&s, 1, &first_backing);
	uncached_end(&s);
	backing_closing(&s, &first_backing);
	backing_gone(&s, &first_backing);
	backing_closes(&s, &first_backing);
	silent(&s);
}

static void test_freed_while_registered(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	open_passthrough(&s, 1, &first_backing);
	uncached_end(&s);
	backing_gone(&s, &first_backing);
	found(&s, FPT_CHECK_BACKING_FREED_IN_USE);
}

/* What the server leaves open is freed at the end of the connection. */
static void test_freed_at_the_end(void **state)
{
	struct fpt_backing_free e = { .backing_id = 1, .backing_count = 1 };
	struct stream s;

	(void)state;
	start(&s);
	open_passthrough(&s, 1, &first_backing);
	uncached_end(&s);
	e.conn = s.id.conn;
	FEED(&s, BACKING_FREE, e);
	backing_gone(&s, &first_backing);
	silent(&s);
}

/* Closed while the lookup is at work: both answers are right. */
static void test_lookup_while_closed(void **state)
{
	static const int rets[] = { 0, -ENOENT, -EROFS };
	struct stream s;

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		start(&s);
		backing_opens(&s, &first_backing, 1);
		io_open_begins(&s, 1);
		s.tid = 11;
		backing_closes(&s, &first_backing);
		s.tid = 10;
		lookup_backing(&s, &first_backing, 1, rets[i]);
		silent(&s);
	}
}

/* The lookup of an id finds its own registration and no other. */
static void test_lookup_of_another(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	backing_opens(&s, &first_backing, 1);
	lookup_backing(&s, &first_backing, 1, 0);
	lookup_backing(&s, &first_backing, 1, 0);
	assert_int_equal(s.findings, 0);
	lookup_backing(&s, &second_backing, 1, 0);
	found(&s, FPT_CHECK_BACKING_LOOKUP_WRONG);
	/* An id of which nothing is known. */
	start(&s);
	backing_opens(&s, &second_backing, 2);
	lookup_backing(&s, &second_backing, 2, 0);
	lookup_backing(&s, &second_backing, 1, 0);
	found(&s, FPT_CHECK_BACKING_LOOKUP_WRONG);
}

/* A closed or invalid id is not found; registered anew it is. */
static void test_lookup_of_none(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	lookup_backing(&s, &first_backing, 0, 0);
	found(&s, FPT_CHECK_BACKING_LOOKUP_WRONG);
	start(&s);
	backing_opens(&s, &first_backing, 1);
	backing_closes(&s, &first_backing);
	io_open_begins(&s, 1);
	lookup_backing(&s, &first_backing, 1, 0);
	found(&s, FPT_CHECK_BACKING_LOOKUP_WRONG);
	start(&s);
	backing_opens(&s, &first_backing, 1);
	backing_closes(&s, &first_backing);
	backing_opens(&s, &second_backing, 1);
	io_open_begins(&s, 1);
	lookup_backing(&s, &second_backing, 1, 0);
	silent(&s);
}

/* An open that failed still has its reference while it is at work. */
static void test_held_by_an_open(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	open_cached(&s, 7);
	io_open_begins(&s, 1);
	lookup_backing(&s, &first_backing, 1, 0);
	s.tid = 11;
	backing_closes(&s, &first_backing);
	s.tid = 10;
	uncached_start(&s, &first_backing, -ETXTBSY);
	backing_gone(&s, &first_backing);
	io_open_ends(&s, 1, PASSTHROUGH, 1, -EIO);
	assert_int_equal(s.findings, 0);
	stream_free(&s);
}

/* With evidence lost, nobody knows who holds what. */
static void test_loss_silences(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	open_passthrough(&s, 1, &first_backing);
	batch_lost(&s, 1);
	backing_closes(&s, &first_backing);
	uncached_end(&s);
	backing_gone(&s, &first_backing);
	silent(&s);
}

/* Mapped privately before the passthrough open: pages may fault in. */
static void test_private_mapping_faults(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	open_plain(&s, 1, DIRECT_IO, 0);
	mmap_file(&s, 1, DIRECT_IO, FPT_IOM_NONE, false);
	open_passthrough(&s, 2, &first_backing);
	page_io(&s, 1, DIRECT_IO, FPT_IOM_NONE, FPT_ROUTE_READ_FOLIO);
	page_io(&s, 1, DIRECT_IO, FPT_IOM_NONE, FPT_ROUTE_READAHEAD);
	silent(&s);
}

static void test_unmapped_file_fills_pages(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	open_plain(&s, 1, DIRECT_IO, 0);
	open_passthrough(&s, 2, &first_backing);
	page_io(&s, 1, DIRECT_IO, FPT_IOM_NONE, FPT_ROUTE_READ_FOLIO);
	found(&s, FPT_CHECK_PAGE_CACHE_IO);
}

/* The mapping began before the backing file was attached. */
static void test_mapping_races_attach(void **state)
{
	struct fpt_mmap e = { .file = 2, .open_flags = DIRECT_IO };
	struct stream s;

	(void)state;
	start(&s);
	e.begin_ns = s.now;
	open_passthrough(&s, 1, &first_backing);
	PUT(e, inode, s.id);
	PUT(e, before_ctr, s.state);
	PUT(e, after_ctr, s.state);
	FEED(&s, MMAP, e);
	silent(&s);
}

/* A passthrough file maps its backing file; a shared one of direct io is cached. */
static void test_legal_mappings(void **state)
{
	struct stream s;

	(void)state;
	start(&s);
	open_passthrough(&s, 1, &first_backing);
	mmap_file(&s, 1, PASSTHROUGH, FPT_IOM_UNCACHED, true);
	mmap_file(&s, 1, PASSTHROUGH | DIRECT_IO, FPT_IOM_UNCACHED, true);
	uncached_end(&s);
	open_plain(&s, 2, DIRECT_IO, 0);
	cached_open(&s, 2, FPT_IOM_NONE, 0);
	mmap_file(&s, 2, DIRECT_IO, FPT_IOM_CACHED, true);
	silent(&s);
}

/* As write_over_waiter(), up to the write that must not begin. */
static void waiter_seen(struct stream *s)
{
	start(s);
	uncached_start(s, NULL, 0);
	s->tid = 11;
	op_begins(s, FPT_OP_CACHED_OPEN, 7, FPT_IOM_NONE, NULL);
	s->state.bits |= FPT_BIT_CACHE_IO;
	s->tid = 12;
	uncached_start(s, NULL, 0);
}

/* Whoever has not seen the waiter may have looked before it came. */
static void test_write_by_another(void **state)
{
	struct stream s;

	(void)state;
	waiter_seen(&s);
	s.tid = 10;
	uncached_end(&s);
	s.tid = 13;
	uncached_start(&s, NULL, 0);
	silent(&s);
}

/* A backing file lets the waiter go, and its refusal clears the bit. */
static void test_write_after_refusal(void **state)
{
	struct fpt_state waits;
	struct stream s;

	(void)state;
	waiter_seen(&s);
	waits = s.before;
	s.tid = 10;
	uncached_end(&s);
	s.tid = 14;
	open_passthrough(&s, 2, &first_backing);
	s.tid = 11;
	s.before = waits;
	s.state.bits &= ~FPT_BIT_CACHE_IO;
	cached_ends(&s, 7, FPT_IOM_NONE, -ETXTBSY);
	s.tid = 10;
	uncached_start(&s, NULL, 0);
	silent(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_closed_in_use),
		cmocka_unit_test(test_freed_by_close),
		cmocka_unit_test(test_freed_while_registered),
		cmocka_unit_test(test_freed_at_the_end),
		cmocka_unit_test(test_lookup_while_closed),
		cmocka_unit_test(test_lookup_of_another),
		cmocka_unit_test(test_lookup_of_none),
		cmocka_unit_test(test_held_by_an_open),
		cmocka_unit_test(test_loss_silences),
		cmocka_unit_test(test_private_mapping_faults),
		cmocka_unit_test(test_unmapped_file_fills_pages),
		cmocka_unit_test(test_mapping_races_attach),
		cmocka_unit_test(test_legal_mappings),
		cmocka_unit_test(test_write_by_another),
		cmocka_unit_test(test_write_after_refusal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
