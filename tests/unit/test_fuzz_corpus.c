// SPDX-License-Identifier: GPL-2.0-only
/*
 * The files of tests/fuzz/corpus, whole and cut, through what the fuzzers do
 * with them: what once broke a reader stays there.  Those of logs are made anew
 * with --write FOLDER, once the format is another.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <dirent.h>

#include "../fuzz/expect.h"
#include "../fuzz/seed_logs.h"

#define FILE_MAX 65536
#define CUTS 25 /* of a file */

typedef void fuzz_fn(const void *data, size_t size);

static unsigned int run_file(const char *folder, const char *name, fuzz_fn *fuzz)
{
	static char bytes[FILE_MAX];
	char path[512];
	size_t size, cut;
	FILE *in;

	if (*name == '.')
		return 0;
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	in = fopen(path, "re");
	assert_non_null(in);
	size = fread(bytes, 1, sizeof(bytes), in);
	fclose(in);
	assert_true(size < sizeof(bytes));
	for (cut = 0; cut < CUTS; cut++)
		fuzz(bytes, size * (CUTS - cut) / CUTS);
	return 1;
}

static void run_folder(const char *folder, fuzz_fn *fuzz)
{
	DIR *dir = opendir(folder);
	unsigned int files = 0;
	struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		files += run_file(folder, entry->d_name, fuzz);
	closedir(dir);
	assert_true(files >= 4);
}

static void fuzz_log(const void *data, size_t size)
{
	fuzz_audit_forms(data, size, FPT_SOURCE_LOG);
}

/* A seed of another version is none. */
static void is_of_this_version(const void *data, size_t size)
{
	struct outcome got;

	read_bytes(data, size, &got);
	if (got.open_err == EPROTO)
		fail_msg("%s; make the seeds anew: test_fuzz_corpus --write tests/fuzz/corpus/log",
			 got.first);
}

static void test_log(void **state)
{
	(void)state;
	run_folder("tests/fuzz/corpus/log", is_of_this_version);
	run_folder("tests/fuzz/corpus/log", fuzz_log);
}

/* The seeds that would be made now lead to no trap either. */
static void test_new_logs(void **state)
{
	char folder[] = "/tmp/fusept-seeds-XXXXXX", command[64];

	(void)state;
	assert_non_null(mkdtemp(folder));
	seed_write_all(folder);
	run_folder(folder, fuzz_log);
	snprintf(command, sizeof(command), "rm -r %s", folder);
	assert_int_equal(system(command), 0);
}

static void fuzz_jsonl(const void *data, size_t size)
{
	fuzz_audit_forms(data, size, FPT_SOURCE_JSONL);
}

static void test_jsonl(void **state)
{
	(void)state;
	run_folder("tests/fuzz/corpus/jsonl", fuzz_jsonl);
}

static void fuzz_libfuse(const void *data, size_t size)
{
	fuzz_audit_forms(data, size, FPT_SOURCE_LIBFUSE);
}

static void test_libfuse(void **state)
{
	(void)state;
	run_folder("tests/fuzz/corpus/libfuse", fuzz_libfuse);
}

static void test_expect(void **state)
{
	(void)state;
	run_folder("tests/fuzz/corpus/expect", fuzz_expect);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_log),    cmocka_unit_test(test_new_logs),
		cmocka_unit_test(test_jsonl),  cmocka_unit_test(test_libfuse),
		cmocka_unit_test(test_expect),
	};

	if (argc == 3 && strcmp(argv[1], "--write") == 0) {
		seed_write_all(argv[2]);
		return 0;
	}
	return cmocka_run_group_tests_name("fuzz corpus", tests, NULL, NULL);
}
