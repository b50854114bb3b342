// SPDX-License-Identifier: GPL-2.0-only
/* The tables of open addressing, by random steps, each against a plain list. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>

#include "inside.h"
#include "known.h"
#include "map.h"

#define STEPS 200000
#define LISTED 600

static uint64_t pick(uint64_t below)
{
	static uint64_t random = 88172645463325252ULL;

	random ^= random << 13;
	random ^= random >> 7;
	random ^= random << 17;
	return (random >> 11) % below;
}

/* ---- fpt_map ---- */

static struct {
	uint64_t key;
	char *value;
} list[LISTED]; /* in the order in which they were added */
static unsigned int listed;

static char *newest(uint64_t key)
{
	unsigned int i;

	for (i = listed; i-- > 0;)
		if (list[i].key == key)
			return list[i].value;
	return NULL;
}

static void drop_one(struct fpt_map *map)
{
	unsigned int i = (unsigned int)pick(listed);

	fpt_map__drop(map, list[i].key, list[i].value);
	for (listed--; i < listed; i++)
		list[i] = list[i + 1];
}

static void add_one(struct fpt_map *map, uint64_t key)
{
	static char values[STEPS];
	static unsigned int used;

	list[listed].key = key;
	list[listed].value = &values[used++];
	assert_true(fpt_map__add(map, key, list[listed].value));
	listed++;
}

/* With few keys several values share one; with many, as of addresses, hardly any. */
static void check_map(uint64_t keys, uint64_t stride)
{
	struct fpt_map map = { 0 };
	unsigned int i, seen;
	uint32_t at;

	listed = 0;
	for (i = 0; i < STEPS / 4; i++) {
		uint64_t key = pick(keys) * stride;

		if (listed && (listed == LISTED || pick(LISTED) < listed))
			drop_one(&map);
		else
			add_one(&map, key);
		assert_ptr_equal(fpt_map__find(&map, key), newest(key));
	}
	fpt_map__drop(&map, 0, &map);
	for (at = 0, seen = 0; fpt_map__next(&map, &at); seen++)
		;
	assert_int_equal(seen, listed);
	fpt_map__clear(&map);
	assert_null(fpt_map__find(&map, 0));
}

static void test_map(void **state)
{
	(void)state;
	check_map(40, 1);
	check_map(1 << 20, 64);
	check_map(1 << 20, 1ULL << 40);
}

/* ---- fpt_inside ---- */

static void test_inside(void **state)
{
	static bool there[8][16][FPT_OP_IO_RELEASE + 1];
	struct fpt_inside inside = { 0 };
	unsigned int i;

	(void)state;
	for (i = 0; i < STEPS; i++) {
		uint64_t inode = pick(8);
		uint32_t tid = pick(16);
		enum fpt_op op = FPT_OP_IO_OPEN + pick(FPT_OP_IO_RELEASE);
		bool *is_there = &there[inode][tid][op];

		if (pick(2)) {
			assert_int_equal(fpt_inside__enter(&inside, inode, tid, op),
					 *is_there ? -EALREADY : 0);
			*is_there = true;
		} else {
			assert_int_equal(fpt_inside__leave(&inside, inode, tid, op), *is_there);
			*is_there = false;
		}
	}
	fpt_inside__clear(&inside);
	assert_false(fpt_inside__leave(&inside, 0, 0, FPT_OP_IO_OPEN));
}

/* ---- fpt_known_table ---- */

#define INODES 50000

static void test_inodes(void **state)
{
	static struct fpt_known_inode *known[INODES];
	struct fpt_known_table *table = NULL;
	uint32_t count = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < STEPS; i++) {
		uint64_t n = pick(INODES), key = 0x5a5a00000000ULL + n * 1024;

		assert_ptr_equal(fpt_known_table__find(table, key), known[n]);
		if (!known[n]) {
			known[n] = fpt_known_table__add(&table, key);
			assert_non_null(known[n]);
			assert_int_equal(known[n]->key, key);
			assert_int_equal(known[n]->nodeid, 0);
			known[n]->nodeid = n + 1;
			count++;
		} else if (pick(3) == 0) {
			assert_int_equal(known[n]->nodeid, n + 1);
			fpt_known_table__drop(table, known[n]);
			known[n] = NULL;
			count--;
		}
		assert_int_equal(fpt_known_table__count(table), count);
	}
	fpt_known_table__free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_inside),
		cmocka_unit_test(test_inodes),
	};

	return cmocka_run_group_tests_name("map", tests, NULL, NULL);
}
