// SPDX-License-Identifier: GPL-2.0-only
/*
 * Damaged logs: cut at every byte, every bit turned, blocks that are gone,
 * doubled or swapped.  All of it is noticed, and what is whole is read.
 */
#include "log_fixture.h"

#include <stdlib.h>

/* Which block byte @at belongs to; -1: the file header or the meta text. */
static int block_of(const struct image *image, size_t at)
{
	int i = -1;

	while (i + 1 < BLOCKS && image->block[i + 1] <= at)
		i++;
	return i;
}

static void test_cut_anywhere(void **state)
{
	struct outcome got, expected;
	struct image image;
	size_t size;

	(void)state;
	make_image(&image);
	for (size = 0; size < image.block[BLOCKS]; size++) {
		read_bytes(image.bytes, size, &got);
		if (size < image.block[0]) {
			assert_int_equal(got.open_err, size ? ENODATA : EINVAL);
			continue;
		}
		assert_int_equal(got.open_err, 0);
		assert_int_equal(got.state, FPT_LOG_TRUNCATED);
		assert_int_equal(got.damages, 0);
		assert_int_equal(offset_in(got.first), size);
		assert_int_equal(got.blocks, block_of(&image, size));
		if (block_of(&image, size) == BLOCKS - 1) {
			expect_without(&image, BLOCKS, &expected);
			same_blocks(&got, &expected);
		}
	}
}

static void one_block_damaged(const struct image *image, size_t at)
{
	const int hit = block_of(image, at);
	struct outcome got, expected;

	read_bytes(image->bytes, image->block[BLOCKS], &got);
	/* Without the file header, and the meta text, all blocks are there. */
	expect_without(image, hit < 0 ? BLOCKS : hit, &expected);
	same_blocks(&got, &expected);
	assert_int_equal(got.open_err, 0);
	assert_int_equal(got.damages, 1);
	assert_int_equal(block_of(image, offset_in(got.first)), hit);
	if (hit < 0) {
		assert_non_null(strstr(got.first, "its file header"));
		assert_int_equal(got.totals.lost, 6);
		assert_int_equal(got.lost, expected.lost);
	}
	assert_int_equal(got.state, hit == BLOCKS - 1 ? FPT_LOG_TRUNCATED : FPT_LOG_END);

	/* The headers of the other blocks tell what is gone, to the event. */
	if (hit < 0 || hit == BLOCKS - 1)
		return;
	assert_int_equal(got.totals.lost, 6 + image->batch[hit].events);
	if (hit < BLOCKS - 2)
		assert_int_equal(got.lost,
				 expected.lost + image->batch[hit].events + image->batch[hit].lost);
}

static void test_any_bit_turned(void **state)
{
	struct image image;
	size_t at;
	int bit;

	(void)state;
	make_image(&image);
	for (at = 0; at < image.block[BLOCKS]; at++) {
		for (bit = 0; bit < 8; bit++) {
			image.bytes[at] ^= (unsigned char)(1 << bit);
			one_block_damaged(&image, at);
			image.bytes[at] ^= (unsigned char)(1 << bit);
		}
	}
}

static void test_any_byte_overwritten(void **state)
{
	static const unsigned char with[] = { 0x00, 0xff, '\n' };
	struct image image;
	size_t at, i;

	(void)state;
	make_image(&image);
	for (at = 0; at < image.block[BLOCKS]; at++) {
		const unsigned char was = image.bytes[at];

		for (i = 0; i < sizeof(with); i++) {
			image.bytes[at] = with[i];
			if (with[i] != was)
				one_block_damaged(&image, at);
		}
		image.bytes[at] = was;
	}
}

/* Bytes gone or added: everything after them has moved. */
static void test_any_byte_gone_or_added(void **state)
{
	struct image image;
	size_t at;

	(void)state;
	make_image(&image);
	for (at = 0; at < image.block[BLOCKS]; at++) {
		const size_t size = image.block[BLOCKS];
		unsigned char bytes[sizeof(image.bytes) + 1];
		struct outcome got;
		int hit = block_of(&image, at), add;
		uint64_t lost;

		for (add = 0; add < 2; add++) {
			memcpy(bytes, image.bytes, at);
			bytes[at] = 'x';
			memcpy(bytes + at + add, image.bytes + at + !add, size - at - !add);
			read_bytes(bytes, add ? size + 1 : size - 1, &got);
			assert_int_equal(got.open_err, 0);
			assert_true(got.damages > 0 || got.state == FPT_LOG_TRUNCATED);
			assert_true((int)got.blocks >= hit);
			/* The block itself, and the one whose start was taken for its end. */
			assert_true((int)got.blocks + 2 >= BLOCKS - 1);
			if (hit < 0)
				assert_int_equal(got.blocks, BLOCKS - 1);
			/* Before the first byte of a block, rubbish costs nothing. */
			lost = hit < 0 || (add && at == image.block[hit]) ? 0
									  : image.batch[hit].events;
			if (got.state == FPT_LOG_END)
				assert_true(got.totals.lost >= 6 + lost);
		}
	}
}

/* Block @from of a log comes as number @to in the bytes at @out. */
static size_t copy_block(unsigned char *out, const struct image *image, int i)
{
	size_t size = image->block[i + 1] - image->block[i];

	memcpy(out, image->bytes + image->block[i], size);
	return size;
}

static void read_order(const struct image *image, const int *order, struct outcome *got)
{
	unsigned char bytes[2 * sizeof(image->bytes)];
	size_t size = image->block[0];

	memcpy(bytes, image->bytes, size);
	for (; *order >= 0; order++)
		size += copy_block(bytes + size, image, *order);
	read_bytes(bytes, size, got);
}

static void test_blocks_out_of_place(void **state)
{
	struct outcome got, expected;
	struct image image;

	(void)state;
	make_image(&image);
	/* gone: the next one says so, and how much that is */
	read_order(&image, (const int[]){ 0, 2, 3, 4, -1 }, &got);
	expect_without(&image, 1, &expected);
	same_blocks(&got, &expected);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.lost, expected.lost + 1 + 2);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_non_null(strstr(got.first, "block 2 is where block 1 should be"));
	read_order(&image, (const int[]){ 0, 3, 4, -1 }, &got);
	assert_int_equal(got.lost, 1 + 2 + 4);
	read_order(&image, (const int[]){ 0, 4, -1 }, &got);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.totals.lost, 6 + 2);
	/* twice: the second is not read again */
	read_order(&image, (const int[]){ 0, 1, 1, 2, 3, 4, -1 }, &got);
	expect_without(&image, BLOCKS, &expected);
	same_blocks(&got, &expected);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.lost, expected.lost);
	assert_int_equal(got.state, FPT_LOG_END);
	read_order(&image, (const int[]){ 0, 1, 1, 0, 2, 3, 4, -1 }, &got);
	same_blocks(&got, &expected);
	assert_int_equal(got.damages, 2);
	assert_int_equal(got.lost, expected.lost);
	assert_int_equal(got.state, FPT_LOG_END);
	/* swapped */
	read_order(&image, (const int[]){ 0, 2, 1, 3, 4, -1 }, &got);
	assert_int_equal(got.damages, 2);
	assert_int_equal(got.blocks, 3);
	assert_int_equal(got.state, FPT_LOG_END);
	/* after the end */
	read_order(&image, (const int[]){ 0, 1, 2, 3, 4, 3, -1 }, &got);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.totals.lost, 6 + 1);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(offset_in(got.first), image.block[BLOCKS]);
	/* no end */
	read_order(&image, (const int[]){ 0, 1, 2, 3, -1 }, &got);
	assert_int_equal(got.damages, 0);
	assert_int_equal(got.state, FPT_LOG_TRUNCATED);
}

static void test_two_logs_in_one(void **state)
{
	unsigned char bytes[2 * sizeof(((struct image *)0)->bytes)];
	struct image image;
	struct outcome got;
	size_t size;

	(void)state;
	make_image(&image);
	size = image.block[BLOCKS];
	memcpy(bytes, image.bytes, size);
	memcpy(bytes + size, image.bytes, size);
	read_bytes(bytes, 2 * size, &got);
	assert_int_equal(got.damages, 1);
	assert_int_equal(offset_in(got.first), size);
	assert_int_equal(got.blocks, BLOCKS - 1);
}

/* The beginning is gone, as a sector that was never written: up to the first sound block. */
static void test_beginning_wiped(void **state)
{
	struct outcome got, expected;
	struct image image;
	size_t size;

	(void)state;
	make_image(&image);
	for (size = 1; size < image.block[2]; size++) {
		make_image(&image);
		memset(image.bytes, 0, size);
		read_bytes(image.bytes, image.block[BLOCKS], &got);
		assert_int_equal(got.open_err, 0);
		assert_int_equal(got.damages, 1);
		assert_int_equal(offset_in(got.first), 0);
		assert_int_equal(got.state, FPT_LOG_END);
		expect_without(&image, size > image.block[0] ? 0 : BLOCKS, &expected);
		if (size <= image.block[1])
			same_blocks(&got, &expected);
		assert_int_equal(got.totals.lost, 6 + (size > image.block[0] ? 2 : 0) +
							  (size > image.block[1] ? 1 : 0));
	}
	/* All of it, up to the end block: that this was a log is still known. */
	make_image(&image);
	memset(image.bytes, 0xff, image.block[BLOCKS - 1]);
	read_bytes(image.bytes, image.block[BLOCKS], &got);
	assert_int_equal(got.open_err, 0);
	assert_int_equal(got.totals.lost, 6 + 4);
	image.bytes[image.block[BLOCKS - 1]] = 0;
	read_bytes(image.bytes, image.block[BLOCKS], &got);
	assert_int_equal(got.open_err, EINVAL);
}

/* A log behind something else in one stream, as what a shell says before it. */
static void test_behind_something_else(void **state)
{
	static const char banner[] = "Last login: today\n";
	unsigned char bytes[sizeof(((struct image *)0)->bytes) + sizeof(banner)];
	struct outcome got, expected;
	struct image image;

	(void)state;
	make_image(&image);
	memcpy(bytes, banner, sizeof(banner));
	memcpy(bytes + sizeof(banner), image.bytes, image.block[BLOCKS]);
	read_bytes(bytes, sizeof(banner) + image.block[BLOCKS], &got);
	expect_without(&image, BLOCKS, &expected);
	same_blocks(&got, &expected);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.state, FPT_LOG_END);
}

/* Several headers gone in one place: the next one tells what was in the blocks. */
static void test_wiped(void **state)
{
	struct image image;
	struct outcome got;

	(void)state;
	make_image(&image);
	memset(image.bytes + image.block[0] + 8, 0, image.block[3] - image.block[0]);
	read_bytes(image.bytes, image.block[BLOCKS], &got);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.blocks, 0);
	assert_int_equal(got.state, FPT_LOG_END);
	assert_int_equal(got.totals.lost, 6 + 4);
}

/* Rubbish longer than what is searched at a time, with a block header across its end. */
static void test_long_rubbish(void **state)
{
	const size_t rubbish = 3 * 65536 - 20;
	unsigned char *bytes = malloc(rubbish + 2 * sizeof(((struct image *)0)->bytes));
	struct outcome got, expected;
	struct image image;
	size_t i;

	(void)state;
	assert_non_null(bytes);
	make_image(&image);
	memcpy(bytes, image.bytes, image.block[1]);
	for (i = 0; i < rubbish; i++)
		bytes[image.block[1] + i] = (unsigned char)"FPTBFPTEFUSEPTLG"[i % 16];
	memcpy(bytes + image.block[1] + rubbish, image.bytes + image.block[1],
	       image.block[BLOCKS] - image.block[1]);
	read_bytes(bytes, image.block[BLOCKS] + rubbish, &got);
	free(bytes);
	expect_without(&image, BLOCKS, &expected);
	same_blocks(&got, &expected);
	assert_int_equal(got.damages, 1);
	assert_int_equal(got.lost, expected.lost);
	assert_int_equal(got.state, FPT_LOG_END);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_cut_anywhere),
		cmocka_unit_test(test_any_bit_turned),
		cmocka_unit_test(test_any_byte_overwritten),
		cmocka_unit_test(test_any_byte_gone_or_added),
		cmocka_unit_test(test_blocks_out_of_place),
		cmocka_unit_test(test_two_logs_in_one),
		cmocka_unit_test(test_wiped),
		cmocka_unit_test(test_beginning_wiped),
		cmocka_unit_test(test_behind_something_else),
		cmocka_unit_test(test_long_rubbish),
	};

	return cmocka_run_group_tests_name("log-damage", tests, NULL, NULL);
}
