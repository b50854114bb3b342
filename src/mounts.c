// SPDX-License-Identifier: GPL-2.0-only
/* The mount table.  Never touches a mount itself: a dead server would block it. */
#include "mounts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int fpt_mounts__add(struct fpt_mounts *mounts, const struct fpt_mount *mount)
{
	struct fpt_mount *grown;
	size_t i;

	for (i = 0; i < mounts->count; i++) {
		if (mounts->mount[i].dev != mount->dev ||
		    strcmp(mounts->mount[i].path, mount->path) != 0)
			continue;
		memmove(&mounts->mount[i], &mounts->mount[i + 1],
			(mounts->count - i - 1) * sizeof(*mount));
		mounts->mount[mounts->count - 1] = *mount;
		return 0;
	}
	grown = realloc(mounts->mount, (mounts->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	grown[mounts->count++] = *mount;
	mounts->mount = grown;
	return 0;
}

/* Octal escapes (\040 for a space) as proc(5) describes them. */
static void unescape(char *text)
{
	char *to = text;

	while (*text) {
		if (text[0] == '\\' && text[1] >= '0' && text[1] <= '3' && text[2] && text[3]) {
			*to++ = (text[1] - '0') << 6 | (text[2] - '0') << 3 | (text[3] - '0');
			text += 4;
		} else {
			*to++ = *text++;
		}
	}
	*to = '\0';
}

int fpt_mounts__read(struct fpt_mounts *mounts, const char *path)
{
	FILE *file = fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	int err = 0;

	if (!file)
		return -errno;
	while (!err && getline(&line, &room, file) > 0) {
		struct fpt_mount mount = {};
		unsigned int major, minor;
		const char *rest = strstr(line, " - ");

		if (!rest ||
		    sscanf(line, "%*d %*d %u:%u %*s %255s", &major, &minor, mount.path) != 3 ||
		    sscanf(rest, " - %15s", mount.fstype) != 1)
			continue;
		mount.dev = major << 20 | minor;
		unescape(mount.path);
		err = fpt_mounts__add(mounts, &mount);
	}
	free(line);
	fclose(file);
	return err;
}

const struct fpt_mount *fpt_mounts__by_dev(const struct fpt_mounts *mounts, uint32_t dev)
{
	size_t i;

	for (i = mounts->count; i-- > 0;)
		if (mounts->mount[i].dev == dev)
			return &mounts->mount[i];
	return NULL;
}

/* The last mounted on a path hides the others. */
const struct fpt_mount *fpt_mounts__by_path(const struct fpt_mounts *mounts, const char *path)
{
	size_t i;

	for (i = mounts->count; i-- > 0;)
		if (strcmp(mounts->mount[i].path, path) == 0)
			return &mounts->mount[i];
	return NULL;
}

bool fpt_mount__is_fuse(const struct fpt_mount *mount)
{
	static const char *const types[] = { "fuse", "fuseblk", "fusept", "fuseptblk" };
	size_t i, length = strcspn(mount->fstype, ".");

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strlen(types[i]) == length && strncmp(mount->fstype, types[i], length) == 0)
			return true;
	return false;
}

void fpt_mounts__free(struct fpt_mounts *mounts)
{
	free(mounts->mount);
	memset(mounts, 0, sizeof(*mounts));
}
