// SPDX-License-Identifier: GPL-2.0-only
/*
 * Long random streams, whole and with events missing: the kernel is never
 * accused of what it did not do, and no byte of an event makes the checker fail.
 */
#include "kernel_sim.h"
#include "table.h"

#define SEED 77
#define STREAMS 12
#define BATCH 40 /* events */

static struct {
	unsigned int server, kernel;
	bool any_kernel; /* findings about the kernel are expected */
	/* By the number of the file whose open failed, as its name says. */
	enum fpt_check_id found[SIM_EVENTS];
	bool has[SIM_EVENTS];
} result;

static void count_finding(void *context, const struct fpt_finding *finding)
{
	size_t number = strtoul(finding->name, NULL, 10);

	(void)context;
	if (fpt_checks[finding->check].who == FPT_WHO_KERNEL) {
		if (!result.any_kernel)
			print_message("[%s] %s\n", fpt_checks[finding->check].id, finding->text);
		result.kernel++;
		return;
	}
	result.server++;
	if (finding->event->kind == FPT_OPEN && number < SIM_EVENTS) {
		result.found[number] = finding->check;
		result.has[number] = true;
	}
}

static struct fpt_checker *new_checker(void)
{
	struct fpt_checker_options options = { .events = ALL_EVENTS, .report = count_finding };

	memset(&result, 0, sizeof(result));
	return fpt_checker__new(&options);
}

/* From event @from on; in batches, of which one in @lossy loses events at random. */
static enum fpt_verdict check_stream(unsigned int from, unsigned int lossy)
{
	struct fpt_checker *checker = new_checker();
	enum fpt_verdict verdict;
	unsigned int i, j, kept, lost_in_all = 0;
	char bytes[BATCH * FPT_EVENT_MAX];

	for (i = from; i < sim.events; i += BATCH) {
		bool loses = lossy && sim_pick(lossy) == 0;
		struct fpt_batch batch = { .events = bytes };
		const struct fpt_header *h;

		for (j = i, kept = 0; j < i + BATCH && j < sim.events; j++) {
			if (loses && sim_pick(10) == 0)
				continue;
			memcpy(bytes + batch.bytes, &sim.event[j], sim.event[j].h.size);
			batch.bytes += sim.event[j].h.size;
			kept++;
		}
		batch.lost = j - i - kept;
		lost_in_all += batch.lost;
		fpt_checker__batch(checker, &batch);
		for (h = fpt_batch__next(&batch, NULL); h; h = fpt_batch__next(&batch, h))
			fpt_checker__event(checker, h);
	}
	fpt_checker__batch(checker, &(struct fpt_batch){ .end = true, .lost = lost_in_all });
	verdict = fpt_summary__verdict(fpt_checker__summary(checker));
	assert_true(!lost_in_all || verdict != FPT_VERDICT_PASS);
	assert_string_equal(fpt_checker__summary(checker)->first_impossible, "");
	fpt_checker__free(checker);
	return verdict;
}

static void test_good_server(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 0; i < STREAMS; i++) {
		sim_run(SEED + i, false);
		assert_int_equal(check_stream(0, 0), FPT_VERDICT_PASS);
		assert_int_equal(result.kernel + result.server, 0);
	}
}

static void test_bad_server(void **state)
{
	uint64_t i;

	(void)state;
	for (i = 0; i < STREAMS; i++) {
		sim_run(SEED + i, true);
		assert_int_equal(check_stream(0, 0), FPT_VERDICT_VIOLATION);
		assert_int_equal(result.kernel, 0);
		assert_true(result.server > 20);
	}
}

/* Tracing begins anywhere. */
static void test_mid_life(void **state)
{
	uint64_t i, from;

	(void)state;
	for (i = 0; i < STREAMS; i++) {
		sim_run(SEED + i, i & 1);
		for (from = 5; from < sim.events; from += 173) {
			check_stream(from, 0);
			assert_int_equal(result.kernel, 0);
			assert_true(i & 1 || result.server == 0);
		}
	}
}

/* What loss leaves of the findings is what was found without loss. */
static void test_loss(void **state)
{
	enum fpt_check_id found[SIM_EVENTS];
	bool has[SIM_EVENTS];
	unsigned int i, j, same = 0, lossy;

	(void)state;
	for (i = 0; i < 3 * STREAMS; i++) {
		sim_run(SEED + i, i & 1);
		check_stream(0, 0);
		memcpy(found, result.found, sizeof(found));
		memcpy(has, result.has, sizeof(has));
		lossy = 1 + i % 30;
		check_stream(0, lossy);
		assert_int_equal(result.kernel, 0);
		for (j = 0; j < SIM_EVENTS; j++) {
			if (!result.has[j])
				continue;
			assert_true(has[j]);
			if (result.found[j] != found[j])
				fail_msg("open %u: %s with loss, %s without", j,
					 fpt_checks[result.found[j]].id, fpt_checks[found[j]].id);
			same++;
		}
	}
	print_message("%u findings survived the loss\n", same);
	assert_true(same > 100);
}

/* ---- any bytes ---- */

/* Small numbers meet each other more often than large ones. */
static void scribble(void *bytes, size_t size)
{
	unsigned char *byte = bytes;
	size_t i;

	memset(bytes, 0, size);
	for (i = 0; i < size; i += 4) {
		byte[i] = (unsigned char)sim_pick(4);
		if (sim_pick(8) == 0)
			byte[i] = 0xff - (unsigned char)sim_pick(20); /* -errno, or huge */
		if (byte[i] > 0x80 && sim_pick(2))
			memset(byte + i + 1, 0xff, 3);
	}
}

static void scribble_inode(const struct fpt_kind_info *info, void *event)
{
	const struct fpt_field *mode = fpt_field__find(info, "mode");
	uint32_t regular = 0100644;

	if (mode && sim_pick(10))
		memcpy((char *)event + mode->offset, &regular, sizeof(regular));
}

static void test_any_bytes(void **state)
{
	struct fpt_checker *checker = new_checker();
	unsigned int round;

	(void)state;
	sim.random = SEED;
	result.any_kernel = true;
	for (round = 0; round < 60000; round++) {
		uint64_t event[FPT_EVENT_MAX / 8];
		struct fpt_header *h = (void *)event;
		const struct fpt_kind_info *info = fpt_kind(1 + sim_pick(17));

		assert_non_null(info);
		scribble(event, sizeof(event));
		scribble_inode(info, event);
		h->kind = sim_pick(50) ? info->kind : 200 + sim_pick(3);
		h->size = info->size;
		if (sim_pick(400) == 0)
			fpt_checker__gap(checker);
		fpt_checker__event(checker, h);
	}
	assert_true(fpt_checker__summary(checker)->impossible > 0);
	assert_int_not_equal(fpt_summary__verdict(fpt_checker__summary(checker)), FPT_VERDICT_PASS);
	fpt_checker__free(checker);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_server), cmocka_unit_test(test_bad_server),
		cmocka_unit_test(test_mid_life),    cmocka_unit_test(test_loss),
		cmocka_unit_test(test_any_bytes),
	};

	return cmocka_run_group_tests_name("check_random", tests, NULL, NULL);
}
