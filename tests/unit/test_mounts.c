// SPDX-License-Identifier: GPL-2.0-only
/* The mount table: what proc(5) may write, and which of several mounts is meant. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "mounts.h"

static struct fpt_mounts mounts;

static int read_text(const char *text)
{
	int fd = memfd_create("mountinfo", MFD_CLOEXEC), err;
	char path[64];

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	err = fpt_mounts__read(&mounts, path);
	close(fd);
	return err;
}

static int teardown(void **state)
{
	(void)state;
	fpt_mounts__free(&mounts);
	assert_int_equal(mounts.count, 0);
	return 0;
}

static void check_mount(const char *path, uint32_t dev, const char *fstype)
{
	const struct fpt_mount *mount = fpt_mounts__by_path(&mounts, path);

	assert_non_null(mount);
	assert_int_equal(mount->dev, dev);
	assert_string_equal(mount->fstype, fstype);
}

static void test_fields(void **state)
{
	(void)state;
	assert_int_equal(
		read_text("22 1 259:3 / / rw,relatime shared:1 - ext4 /dev/root rw\n"
			  "40 22 0:35 / /mnt rw,nosuid master:2 shared:3 - fuse.srv srv rw,a=b\n"
			  "41 22 0:36 /sub /x rw - fuse - rw\n"),
		0);
	assert_int_equal(mounts.count, 3);
	check_mount("/", 259 << 20 | 3, "ext4");
	check_mount("/mnt", 35, "fuse.srv");
	check_mount("/x", 36, "fuse");
	assert_string_equal(fpt_mounts__by_dev(&mounts, 35)->path, "/mnt");
	assert_null(fpt_mounts__by_dev(&mounts, 37));
	assert_null(fpt_mounts__by_path(&mounts, "/mn"));
}

static void test_escapes(void **state)
{
	(void)state;
	assert_int_equal(read_text("1 0 0:1 / /a\\040b\\011c\\012d\\134e rw - fuse srv rw\n"
				   "2 0 0:2 / /\\303\\244 rw - fuse srv rw\n"
				   "3 0 0:3 / /end\\04 rw - fuse srv rw\n"
				   "4 0 0:4 / /end\\ rw - fuse srv rw\n"),
			 0);
	check_mount("/a b\tc\nd\\e", 1, "fuse");
	check_mount("/\303\244", 2, "fuse");
	check_mount("/end\\04", 3, "fuse");
	check_mount("/end\\", 4, "fuse");
}

static void test_odd_lines(void **state)
{
	char line[6000], path[5000];

	(void)state;
	assert_int_equal(read_text("\n - \nnonsense\n1 2 3 4 5 6\n1 0 a:b / / rw - fuse s rw\n"
				   "1 0 0:9 / /no/type rw -\n7 0 0:7 / /good rw - fuse s rw"),
			 0);
	assert_int_equal(mounts.count, 1);
	check_mount("/good", 7, "fuse");
	memset(path, 'p', sizeof(path) - 1);
	path[0] = '/';
	path[sizeof(path) - 1] = '\0';
	snprintf(line, sizeof(line), "8 0 0:8 / %s rw - averyverylongfilesystemtype s rw\n", path);
	assert_int_equal(read_text(line), 0);
	assert_int_equal(strlen(fpt_mounts__by_dev(&mounts, 8)->path), 255);
	assert_int_equal(strlen(fpt_mounts__by_dev(&mounts, 8)->fstype), 15);
}

/* A bind mount must not hide the mount point that the user names. */
static void test_one_device_at_two_paths(void **state)
{
	static const char text[] = "40 22 0:35 / /mnt rw - fuse srv rw\n"
				   "41 22 0:35 / /other rw - fuse srv rw\n";

	(void)state;
	assert_int_equal(read_text(text), 0);
	check_mount("/mnt", 35, "fuse");
	check_mount("/other", 35, "fuse");
	assert_int_equal(read_text(text), 0);
	assert_int_equal(mounts.count, 2);
}

static void test_device_used_again(void **state)
{
	(void)state;
	assert_int_equal(read_text("40 22 0:35 / /a rw - fuse srv rw\n"), 0);
	assert_int_equal(read_text("41 22 0:35 / /b rw - fuse srv rw\n"), 0);
	assert_string_equal(fpt_mounts__by_dev(&mounts, 35)->path, "/b");
	assert_int_equal(read_text("42 22 0:35 / /a rw - fuse srv rw\n"), 0);
	assert_string_equal(fpt_mounts__by_dev(&mounts, 35)->path, "/a");
}

static void test_mounted_over(void **state)
{
	(void)state;
	assert_int_equal(read_text("40 22 0:35 / /a rw - fuse srv rw\n"
				   "41 22 0:36 / /a rw - ext4 srv rw\n"),
			 0);
	check_mount("/a", 36, "ext4");
}

static void test_unreadable(void **state)
{
	(void)state;
	assert_int_equal(fpt_mounts__read(&mounts, "/nonexistent/mountinfo"), -ENOENT);
	assert_int_equal(mounts.count, 0);
	assert_int_equal(fpt_mounts__read(&mounts, FPT_MOUNTINFO), 0);
	assert_non_null(fpt_mounts__by_path(&mounts, "/proc"));
}

static void test_is_fuse(void **state)
{
	static const char *const yes[] = { "fuse",	 "fuseblk",	 "fusept",  "fuseptblk",
					   "fuse.sshfs", "fuseblk.ntfs", "fusept.x" };
	static const char *const no[] = { "fusectl", "fus", "fuse2", "ext4", "", ".fuse" };
	struct fpt_mount mount = {};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		strcpy(mount.fstype, yes[i]);
		assert_true(fpt_mount__is_fuse(&mount));
	}
	for (i = 0; i < sizeof(no) / sizeof(no[0]); i++) {
		strcpy(mount.fstype, no[i]);
		assert_false(fpt_mount__is_fuse(&mount));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(test_fields, teardown),
		cmocka_unit_test_teardown(test_escapes, teardown),
		cmocka_unit_test_teardown(test_odd_lines, teardown),
		cmocka_unit_test_teardown(test_one_device_at_two_paths, teardown),
		cmocka_unit_test_teardown(test_device_used_again, teardown),
		cmocka_unit_test_teardown(test_mounted_over, teardown),
		cmocka_unit_test_teardown(test_unreadable, teardown),
		cmocka_unit_test(test_is_fuse),
	};

	return cmocka_run_group_tests_name("mounts", tests, NULL, NULL);
}
