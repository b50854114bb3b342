// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random histories of overlapping operations, sound and broken, are judged by
 * the product and by trying every order of them, which must agree.
 *
 * SEED=N HISTORIES=N: other histories, and so many; HISTORY=N: this one only,
 * printed event by event.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "history_compare.h"
#include "table.h"
#include "value.h"

#define SEED 20240611
#define HISTORIES 20000

static uint64_t number_of(const char *variable, uint64_t otherwise)
{
	const char *text = getenv(variable);

	return text && *text ? strtoull(text, NULL, 0) : otherwise;
}

static void print_counts(uint64_t seed)
{
	int i;

	print_message("seed %" PRIu64 ": %" PRIu64 " events, %" PRIu64 " operations judged\n", seed,
		      c.events, c.ends);
	print_message("%9s %9s %9s %9s %9s  %s\n", "histories", "struck", "unfit", "found",
		      "silent", "what is wrong");
	for (i = 0; i < H_BREAKS; i++) {
		const struct c_count *count = &c.by_break[i];

		print_message("%9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64 " %9" PRIu64
			      "  %s\n",
			      count->histories, count->struck, count->bad, count->found,
			      count->suppressed, h_break_texts[i]);
	}
	print_message("not judged: %" PRIu64 " crowded, %" PRIu64 " searches too wide, %" PRIu64
		      " after a violation; %" PRIu64 " too much to try every order\n",
		      c.crowded, c.search_limit, c.dark, c.too_much);
	print_message("orders tried one by one %" PRIu64 ", states compared %" PRIu64 "\n", c.plain,
		      c.exact_fb);
	print_message("inconclusive %" PRIu64 "; parts of streams %" PRIu64 ", %" PRIu64
		      " findings, %" PRIu64 " passes\n",
		      c.inconclusive, c.parts, c.part_findings, c.part_passes);
}

static void print_event(int at)
{
	static const char *const words[] = { "", "fine", "UNFIT", "dark", "too much" };
	const struct fpt_header *e = &c.h.event[at].h;
	const struct fpt_kind_info *info = fpt_kind(e->kind);
	char value[FPT_VALUE_MAX];
	size_t i;

	printf("%3d %u %s", at, e->tid, info ? info->name : "(not told)");
	for (i = 0; info && i < info->nfields; i++) {
		const struct fpt_field *field = &info->fields[i];
		bool before = strncmp(field->name, "before_", 7) == 0;

		if (field->offset < 32 + sizeof(struct fpt_id) && !strcmp(field->name, "inode"))
			printf(" inode=%" PRIx64, fpt_field__get(field, e));
		else if (fpt_field__get(field, e) && (field->offset >= 72 || before))
			printf(" %s=%s", field->name,
			       fpt_print_field(value, sizeof(value), field, e));
	}
	if (c.modes.verdict[at] != P_NOT_ASKED)
		printf(" | %s mode_set %u%s%s", words[c.judge.word[at]], c.modes.verdict[at],
		       c.judge.exclusive[at] ? " alone" : "",
		       c.judge.crowded[at] ? " crowded" : "");
	printf("%s%s%s\n", c.whole.order[at] ? " ORDER" : "", c.whole.other[at] ? " OTHER" : "",
	       at == c.h.broke_at ? " <- broken" : "");
}

/* Before anything is compared, so that a failure comes after it. */
static void print_history(uint64_t seed, uint64_t number)
{
	int at;

	h_run(&c.h, seed, number);
	j_judge_all(&c.h, &c.judge);
	p_ask_modes(&c.h, &c.modes);
	p_ask_checker(&c.h, (struct p_way){}, &c.whole);
	printf("%u threads, %u inodes; %s\n", c.h.threads, c.h.inodes, h_break_texts[c.h.broken]);
	for (at = 0; at < c.h.events; at++)
		print_event(at);
	fflush(stdout);
}

static void test_agreement(void **state)
{
	uint64_t seed = number_of("SEED", SEED), count = number_of("HISTORIES", HISTORIES);
	uint64_t only = number_of("HISTORY", UINT64_MAX), number;

	(void)state;
	if (only != UINT64_MAX) {
		print_history(seed, only);
		c_one(seed, only);
		return;
	}
	for (number = 0; number < count; number++)
		c_one(seed, number);
	print_counts(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_agreement),
	};

	return cmocka_run_group_tests_name("histories", tests, NULL, NULL);
}
