// SPDX-License-Identifier: GPL-2.0-only
/*
 * The descriptors against the structures themselves: every member is described
 * where the compiler put it, and nothing is left out in between.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "record.h"
#include "table.h"

/* A different value for each member; negative if it can be. */
static void set(void *member, size_t size, size_t i)
{
	memset(member, (int)(0x80 + i), size);
}

static void member_is_described(const struct fpt_kind_info *info, const char *name, size_t i,
				const void *event, const void *member, size_t size)
{
	const struct fpt_field *field = &info->fields[i];
	uint64_t expected = field->is_signed ? UINT64_MAX : 0;

	assert_true(i < info->nfields);
	assert_string_equal(field->name, name);
	assert_int_equal(field->offset, (const char *)member - (const char *)event);
	assert_int_equal(field->size, size);
	assert_ptr_equal(fpt_field__find(info, name), field);
	if (field->format == FPT_FORMAT_TEXT) {
		assert_int_equal(fpt_field__get(field, event), 0);
	} else {
		memcpy(&expected, member, size);
		assert_true(fpt_field__get(field, event) == expected);
	}
}

#define SET(type, name, format) set(&event.name, sizeof(event.name), i++);
#define CHECK(type, name, format) \
	member_is_described(info, #name, i++, &event, &event.name, sizeof(event.name));
#define KIND_TEST(number, NAME, kind_name, struct_name) \
	static void test_##kind_name(void **state) \
	{ \
		const struct fpt_kind_info *info = fpt_kind(FPT_##NAME); \
		struct struct_name event = { 0 }; \
		size_t i = 0; \
\
		(void)state; \
		assert_non_null(info); \
		assert_int_equal(info->kind, number); \
		assert_int_equal(info->size, sizeof(event)); \
		assert_string_equal(info->name, #kind_name); \
		assert_true(strlen(info->text) > 0); \
		FPT_FIELDS_##NAME(SET) assert_int_equal(info->nfields, i); \
		i = 0; \
		FPT_FIELDS_##NAME(CHECK) \
	}
#define EVENT_TEST(number, NAME, name, text) KIND_TEST(number, NAME, name, fpt_##name)
#define RECORD_TEST(number, NAME, name, text) KIND_TEST(number, NAME, name, fpt_##name##_record)
FPT_EVENTS(EVENT_TEST)
FPT_RECORDS(RECORD_TEST)

/* A hole would carry whatever memory held into the log. */
static void test_no_overlap_no_hole(void **state)
{
	const struct fpt_kind_info *info;
	size_t kind = 0, i;

	(void)state;
	while ((info = fpt_kinds(&kind))) {
		size_t end = sizeof(struct fpt_header);

		for (i = 0; i < info->nfields; i++) {
			assert_int_equal(info->fields[i].offset, end);
			end += info->fields[i].size;
		}
		assert_int_equal(end, info->size);
		assert_int_equal(info->size % 8, 0);
		assert_true(info->kind >= FPT_RECORD_FIRST || info->size <= FPT_EVENT_MAX);
	}
}

static void test_names_are_unique(void **state)
{
	static const char *const taken[] = { "type", "event", "kind", "ts",
					     "cpu",  "seq",   "pid",  "tid" };
	const struct fpt_kind_info *info, *other;
	size_t kind = 0, j, i;

	(void)state;
	while ((info = fpt_kinds(&kind))) {
		for (j = kind; (other = fpt_kinds(&j));) {
			assert_true(other->kind > info->kind);
			assert_string_not_equal(other->name, info->name);
		}
		for (i = 0; i < info->nfields; i++) {
			assert_ptr_equal(fpt_field__find(info, info->fields[i].name),
					 &info->fields[i]);
			for (j = 0; j < sizeof(taken) / sizeof(taken[0]); j++)
				assert_string_not_equal(info->fields[i].name, taken[j]);
		}
		assert_null(fpt_field__find(info, "no_such_field"));
	}
}

static void test_unknown_kinds(void **state)
{
	size_t iterated = 0, found = 0;
	unsigned int kind;

	(void)state;
	while (fpt_kinds(&iterated))
		continue;
	for (kind = 0; kind <= UINT16_MAX; kind++)
		found += fpt_kind((uint16_t)kind) != NULL;
	assert_int_equal(found, iterated);
	assert_null(fpt_kind(0));
	assert_null(fpt_kind(999));
}

static void test_signs(void **state)
{
	struct fpt_open event = { .ret = -5, .opcode = UINT32_MAX };
	const struct fpt_kind_info *info = fpt_kind(FPT_OPEN);

	(void)state;
	assert_true((int64_t)fpt_field__get(fpt_field__find(info, "ret"), &event) == -5);
	assert_true(fpt_field__get(fpt_field__find(info, "opcode"), &event) == UINT32_MAX);
}

static const char *check(uint16_t kind, uint16_t size, size_t room)
{
	struct {
		char shift; /* an event may lie anywhere */
		struct fpt_header h;
		char body[4096];
	} __attribute__((packed)) bytes = { .h.kind = kind, .h.size = size };

	return fpt_event__check((char *)&bytes + 1, room);
}

static void test_text_without_end(void **state)
{
	struct fpt_open event = { .h.kind = FPT_OPEN, .h.size = sizeof(event) };

	(void)state;
	memset(event.comm, 'c', sizeof(event.comm) - 1);
	memset(event.name, 'n', sizeof(event.name) - 1);
	assert_null(fpt_event__check(&event, sizeof(event)));
	event.comm[sizeof(event.comm) - 1] = 'c';
	assert_string_equal(fpt_event__check(&event, sizeof(event)),
			    "it has a text without an end");
	event.comm[sizeof(event.comm) - 1] = '\0';
	event.name[sizeof(event.name) - 1] = 'n';
	assert_non_null(fpt_event__check(&event, sizeof(event)));
}

static void test_check(void **state)
{
	(void)state;
	assert_null(check(FPT_OPEN, sizeof(struct fpt_open), sizeof(struct fpt_open)));
	assert_null(check(FPT_OPEN, sizeof(struct fpt_open), SIZE_MAX));
	assert_null(check(FPT_MOUNT, sizeof(struct fpt_mount_record), 4096));
	assert_null(check(777, 32, 32));
	assert_null(check(777, FPT_EVENT_SIZE_MAX, FPT_EVENT_SIZE_MAX));
	assert_string_equal(check(777, 32, 31), "there is no room for its header");
	assert_string_equal(check(777, 0, 32), "it claims to be smaller than its header");
	assert_string_equal(check(777, 24, 32), "it claims to be smaller than its header");
	assert_string_equal(check(777, 40, 32), "it claims to reach past its block");
	assert_string_equal(check(777, 36, 64), "its size is not a multiple of 8");
	assert_string_equal(check(FPT_OPEN, sizeof(struct fpt_open) - 8, 4096),
			    "it is smaller than its kind");
	/* One with more fields, as a newer fusept may have it. */
	assert_null(check(FPT_OPEN, sizeof(struct fpt_open) + 8, 4096));
	assert_string_equal(check(777, FPT_EVENT_SIZE_MAX + 8, 8192), "its size is absurd");
}

/* The groups are described as the compiler lays them out. */
static void test_groups(void **state)
{
	static const size_t sizes[FPT_GROUPS] = { sizeof(struct fpt_id), sizeof(struct fpt_state),
						  sizeof(struct fpt_backing) };
	const struct fpt_field *fields;
	size_t count, end, i;
	int group;

	(void)state;
	for (group = 0; group < FPT_GROUPS; group++) {
		fields = fpt_group_fields(group, &count);
		assert_non_null(fields);
		for (i = 0, end = 0; i < count; i++) {
			assert_int_equal(fields[i].offset, end);
			end += fields[i].size;
		}
		assert_int_equal(end, sizes[group]);
	}
	assert_null(fpt_group_fields(FPT_GROUPS, &count));
	assert_int_equal(count, 0);
}

#define UNIT_TEST(number, NAME, name, text) cmocka_unit_test(test_##name),
int main(void)
{
	const struct CMUnitTest tests[] = {
		FPT_EVENTS(UNIT_TEST) FPT_RECORDS(UNIT_TEST)
			cmocka_unit_test(test_no_overlap_no_hole),
		cmocka_unit_test(test_names_are_unique),
		cmocka_unit_test(test_unknown_kinds),
		cmocka_unit_test(test_signs),
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_groups),
		cmocka_unit_test(test_text_without_end),
	};

	return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
