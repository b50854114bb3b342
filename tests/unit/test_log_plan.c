// SPDX-License-Identifier: GPL-2.0-only
/*
 * How events are taken apart: every byte of every kind is in one item, and what
 * the tables have as a group, or as text, is found as such.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "log_plan.h"
#include "record.h"

/* The items follow each other without a gap, from @at to the end. */
static void covers(const struct fpt_plan *plan, unsigned int at)
{
	unsigned int i;

	assert_in_range(plan->items, 0, FPT_PLAN_ITEMS);
	for (i = 0; i < plan->items; i++) {
		const struct fpt_plan_item *item = &plan->item[i];

		assert_int_equal(item->offset, at);
		assert_true(item->size > 0);
		if (item->list == FPT_PLAN_NONE)
			assert_true(item->size == 1 || item->size == 2 || item->size == 4 ||
				    item->size == 8);
		at += item->size;
	}
	assert_int_equal(at, plan->size);
}

static void any_size(uint16_t kind, uint16_t size)
{
	struct fpt_plan *plan = fpt_plan__new(kind, size), *rows;
	unsigned int i;

	assert_non_null(plan);
	assert_int_equal(plan->size, size);
	covers(plan, sizeof(struct fpt_header));
	for (i = 0; i < plan->items; i++) {
		if (plan->item[i].list == FPT_PLAN_NONE)
			continue;
		rows = fpt_plan__of_list(kind, &plan->item[i]);
		assert_non_null(rows);
		assert_int_equal(rows->size, plan->item[i].size);
		covers(rows, 0);
		free(rows);
	}
	free(plan);
}

static void test_every_byte(void **state)
{
	const struct fpt_kind_info *info;
	uint16_t size;
	size_t i = 0;

	(void)state;
	while ((info = fpt_kinds(&i)))
		for (size = sizeof(struct fpt_header); size <= info->size + 64; size += 8)
			any_size(info->kind, size);
	for (size = sizeof(struct fpt_header); size <= FPT_EVENT_SIZE_MAX; size += 8)
		any_size(777, size);
}

static void item_is(const struct fpt_plan *plan, unsigned int offset, unsigned int size, int list)
{
	unsigned int i;

	for (i = 0; i < plan->items && plan->item[i].offset != offset;)
		i++;
	assert_true(i < plan->items);
	assert_int_equal(plan->item[i].size, size);
	assert_int_equal(plan->item[i].list, list);
}

static void test_parts(void **state)
{
	struct fpt_plan *plan = fpt_plan__new(FPT_IO_OPEN, sizeof(struct fpt_io_open));

	(void)state;
	assert_non_null(plan);
	item_is(plan, offsetof(struct fpt_io_open, inode), 40, FPT_GROUP_ID);
	item_is(plan, offsetof(struct fpt_io_open, before_ctr), 32, FPT_GROUP_STATE);
	item_is(plan, offsetof(struct fpt_io_open, after_ctr), 32, FPT_GROUP_STATE);
	item_is(plan, offsetof(struct fpt_io_open, file), 8, FPT_PLAN_NONE);
	item_is(plan, offsetof(struct fpt_io_open, open_flags), 20, FPT_PLAN_FEW);
	item_is(plan, offsetof(struct fpt_io_open, backing_id), 4, FPT_PLAN_NONE);
	item_is(plan, offsetof(struct fpt_io_open, ret), 8, FPT_PLAN_FEW);
	free(plan);
	plan = fpt_plan__new(FPT_OPEN, sizeof(struct fpt_open));
	assert_non_null(plan);
	item_is(plan, offsetof(struct fpt_open, comm), 16, FPT_PLAN_TEXT);
	item_is(plan, offsetof(struct fpt_open, name), 64, FPT_PLAN_TEXT);
	free(plan);
	plan = fpt_plan__new(FPT_UNCACHED_START, sizeof(struct fpt_uncached_start));
	assert_non_null(plan);
	item_is(plan, offsetof(struct fpt_uncached_start, backing), 32, FPT_GROUP_BACKING);
	free(plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_parts),
	};

	return cmocka_run_group_tests_name("log-plan", tests, NULL, NULL);
}
