// SPDX-License-Identifier: GPL-2.0-only
/* Finds the files of a log.  Looks at their headers, and at nothing else in them. */
#include "log_pieces.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "log.h"
#include "log_input.h"
#include "value.h"

/* Reads the fixed part of a file header; false if it is none that can be trusted. */
static bool read_header(const char *path, struct fpt_log_file *head)
{
	struct fpt_log_input input;
	size_t done = 0;
	ssize_t n = 1;

	if (fpt_log_input__open(&input, path))
		return false;
	while (done < sizeof(*head) && n > 0) {
		n = fpt_log_input__read(&input, (char *)head + done, sizeof(*head) - done);
		if (n > 0)
			done += (size_t)n;
	}
	fpt_log_input__close(&input);
	return done == sizeof(*head) && memcmp(head->magic, FPT_LOG_MAGIC, 8) == 0 &&
	       head->version == FPT_LOG_VERSION;
}

static int add(struct fpt_log_pieces *pieces, const char *path, const struct fpt_log_file *head)
{
	struct fpt_log_piece *piece, *grown;
	size_t i;

	if (head && !head->run)
		head = NULL;
	for (i = 0; head && i < pieces->count; i++)
		if (pieces->piece[i].run == head->run && pieces->piece[i].piece == head->piece)
			return 0;
	grown = realloc(pieces->piece, (pieces->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	pieces->piece = grown;
	piece = &grown[pieces->count];
	*piece = (struct fpt_log_piece){ .run_number = pieces->runs };
	piece->path = path ? strdup(path) : NULL;
	if (path && !piece->path)
		return -ENOMEM;
	pieces->count++;
	if (head) {
		piece->run = head->run;
		piece->piece = head->piece;
	}
	for (i = 0; head && i + 1 < pieces->count; i++)
		if (grown[i].run == head->run)
			piece->run_number = grown[i].run_number;
	if (piece->run_number == pieces->runs)
		pieces->runs++;
	return 0;
}

/* A file that was named: if it is no log, whoever reads it will say so. */
static int add_file(struct fpt_log_pieces *pieces, const char *path, bool is_file)
{
	struct fpt_log_file head;

	return add(pieces, path, is_file && read_header(path, &head) ? &head : NULL);
}

static int add_if_log(void *context, const char *path)
{
	struct fpt_log_file head;
	struct stat st;

	if (stat(path, &st) || !S_ISREG(st.st_mode) || !read_header(path, &head))
		return 0;
	return add(context, path, &head);
}

/* Calls for each file of a folder whose name begins so, by name; NULL: for all. */
static int each_file(const char *folder, const char *begin, bool (*wanted)(const char *rest),
		     int (*call)(void *context, const char *path), void *context)
{
	const size_t length = begin ? strlen(begin) : 0;
	size_t folder_length = strlen(folder);
	struct dirent **entries;
	char *path;
	int err = 0, count = scandir(folder, &entries, NULL, alphasort), i;

	if (count < 0)
		return -errno;
	while (folder_length && folder[folder_length - 1] == '/')
		folder_length--;
	for (i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;

		if (!err && !(length && strncmp(name, begin, length) != 0) &&
		    !(wanted && !wanted(name + length))) {
			if (asprintf(&path, "%.*s/%s", (int)folder_length, folder, name) < 0)
				path = NULL;
			err = path ? call(context, path) : -ENOMEM;
			free(path);
		}
		free(entries[i]);
	}
	free(entries);
	return err;
}

/* What stands behind the name of a log in that of a piece. */
static bool is_number(const char *rest)
{
	size_t digits;

	if (*rest++ != '.')
		return false;
	digits = strspn(rest, "0123456789");
	return digits >= 6 && (!rest[digits] || strcmp(rest + digits, ".zst") == 0);
}

int fpt_log_pieces__each(const char *path, int (*call)(void *context, const char *piece),
			 void *context)
{
	const char *slash = strrchr(path, '/');
	char *folder =
		slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	int err;

	if (!folder)
		return -ENOMEM;
	err = each_file(folder, slash ? slash + 1 : path, is_number, call, context);
	free(folder);
	return err;
}

static int compare(const void *a, const void *b)
{
	const struct fpt_log_piece *x = a, *y = b;

	if (x->run_number != y->run_number)
		return x->run_number < y->run_number ? -1 : 1;
	return x->piece < y->piece ? -1 : x->piece > y->piece;
}

static int find(struct fpt_log_pieces *pieces, const char *path)
{
	size_t before = pieces->count;
	struct stat st;
	int err;

	if (strcmp(path, "-") == 0)
		return add(pieces, NULL, NULL);
	if (stat(path, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			return add_file(pieces, path, S_ISREG(st.st_mode));
		err = each_file(path, NULL, NULL, add_if_log, pieces);
		return err || pieces->count > before ? err : -EINVAL;
	}
	err = -errno;
	if (err == -ENOENT) {
		int each = fpt_log_pieces__each(path, add_if_log, pieces);

		if (each == -ENOMEM || pieces->count > before)
			return each;
	}
	return err;
}

int fpt_log_pieces__find(struct fpt_log_pieces *pieces, const char *path, char *why,
			 size_t why_size)
{
	char name[256];
	int err = find(pieces, path);

	fpt_sanitize(name, sizeof(name), path, SIZE_MAX);
	if (err == -EINVAL)
		snprintf(why, why_size, "%s: no fusept log is in this folder", name);
	else if (err)
		snprintf(why, why_size, "%s: cannot open: %s", name, strerror(-err));
	else
		qsort(pieces->piece, pieces->count, sizeof(*pieces->piece), compare);
	return err;
}

const struct fpt_log_piece *fpt_log_pieces__run(const struct fpt_log_pieces *pieces, size_t run,
						size_t *count)
{
	const struct fpt_log_piece *piece = pieces->piece, *end = piece + pieces->count;

	while (piece < end && piece->run_number < run)
		piece++;
	for (*count = 0; piece + *count < end && piece[*count].run_number == run;)
		++*count;
	return piece;
}

uint64_t fpt_log_pieces__size(const struct fpt_log_pieces *pieces, size_t run)
{
	size_t count, i;
	const struct fpt_log_piece *piece = fpt_log_pieces__run(pieces, run, &count);
	uint64_t size = 0;
	struct stat st;

	for (i = 0; i < count; i++) {
		if (!piece[i].path || stat(piece[i].path, &st) || !S_ISREG(st.st_mode))
			return 0;
		size += (uint64_t)st.st_size;
	}
	return size;
}

void fpt_log_pieces__free(struct fpt_log_pieces *pieces)
{
	size_t i;

	for (i = 0; i < pieces->count; i++)
		free(pieces->piece[i].path);
	free(pieces->piece);
	*pieces = (struct fpt_log_pieces){ 0 };
}
