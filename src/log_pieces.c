// SPDX-License-Identifier: GPL-2.0-only
/* Finds the files of a log.  Looks at as much of them as tells where they belong. */
#include "log_pieces.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "form.h"
#include "log_scan.h"
#include "value.h"

/* What a file is. */
enum kind {
	OTHER,
	REPORT, /* of fusept; there is nothing to judge in it */
	TEXT, /* JSON Lines of a whole stream, or the debug log of a libfuse server */
	A_LOG, /* or what was one, or cannot be read: whoever reads it says what is wrong */
};

static void tell(const struct fpt_log_pieces *pieces, const char *path, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void tell(const struct fpt_log_pieces *pieces, const char *path, const char *format, ...)
{
	char what[1024];
	va_list arguments;
	size_t length;

	if (!pieces->tell)
		return;
	length = fpt_sanitize(what, 256, path, SIZE_MAX);
	va_start(arguments, format);
	vsnprintf(what + length, sizeof(what) - length, format, arguments);
	va_end(arguments);
	pieces->tell(what);
}

/* ---- what a file is ---- */

/* Takes over the input, and looks for the run in it. */
static enum kind identify_log(struct fpt_log_piece *piece, const struct fpt_input *input)
{
	struct fpt_log_source source;
	enum kind kind = A_LOG;
	char why[8];
	int err;

	err = fpt_log_source__open(&source, piece, 1, input, why, sizeof(why));
	if (!err) {
		piece->run = source.head.run;
		piece->piece = source.head.piece;
	} else if (err == -EINVAL) {
		kind = OTHER;
	}
	fpt_log_source__close(&source);
	return kind;
}

/* @piece: with its path; gets what the file says.  @runs: how many are in it. */
static enum kind identify(struct fpt_log_piece *piece, unsigned int *runs)
{
	struct fpt_input input;
	enum kind kind = OTHER;

	*runs = 1;
	if (fpt_input__open(&input, piece->path))
		return A_LOG;
	switch (fpt_source_form__of(&input)) {
	case FPT_SOURCE_JSONL:
		if (fpt_source_form__is_stream(&input))
			kind = TEXT;
		else if (fpt_source_form__is_report(&input))
			kind = REPORT;
		*runs = fpt_source_form__count_runs(&input);
		break;
	case FPT_SOURCE_LIBFUSE:
		kind = TEXT;
		break;
	default:
		if (fpt_source_form__is_report(&input))
			kind = REPORT;
		else
			return identify_log(piece, &input);
	}
	fpt_input__close(&input);
	return kind;
}

/* How much of a piece is sound; whatever else it is, a better one has more of it. */
static uint64_t soundness(const struct fpt_log_piece *piece)
{
	struct fpt_log_source source;
	uint64_t sound = 0;
	char why[8];

	if (!fpt_log_source__open(&source, piece, 1, NULL, why, sizeof(why))) {
		sound = !source.bad_header;
		sound += 2 * fpt_log_scan__count(&source);
	}
	fpt_log_source__close(&source);
	return sound;
}

/* ---- the list ---- */

/* Of two copies, the better one; of two that are as good, always the same one. */
static void choose(const struct fpt_log_pieces *pieces, struct fpt_log_piece *known,
		   const struct fpt_log_piece *copy)
{
	const uint64_t a = soundness(known), b = soundness(copy);
	const bool other = b > a || (b == a && strcmp(copy->path, known->path) < 0);
	char *read = other ? copy->path : known->path, *left = other ? known->path : copy->path;
	char name[256];

	fpt_sanitize(name, sizeof(name), read, SIZE_MAX);
	tell(pieces, left, ": left out, %s %s: both are piece %u of one run",
	     a == b ? "as it is a copy of" : "as more is sound in", name, known->piece);
	known->path = read;
	free(left);
}

/* Takes over the path of the piece. */
static int add(struct fpt_log_pieces *pieces, struct fpt_log_piece piece)
{
	struct fpt_log_piece *grown;
	size_t i;

	piece.run_number = pieces->runs;
	for (i = 0; piece.run && i < pieces->count; i++) {
		if (pieces->piece[i].run != piece.run)
			continue;
		if (pieces->piece[i].piece == piece.piece) {
			choose(pieces, &pieces->piece[i], &piece);
			return 0;
		}
		piece.run_number = pieces->piece[i].run_number;
	}
	grown = realloc(pieces->piece, (pieces->count + 1) * sizeof(*grown));
	if (!grown) {
		free(piece.path);
		return -ENOMEM;
	}
	pieces->piece = grown;
	grown[pieces->count++] = piece;
	if (piece.run_number == pieces->runs)
		pieces->runs++;
	return 0;
}

/* The same for a file with so many runs. */
static int add_runs(struct fpt_log_pieces *pieces, struct fpt_log_piece piece, unsigned int runs)
{
	char *path = piece.path;
	int err = 0;

	for (piece.nth = 0; piece.nth < runs && !err; piece.nth++) {
		piece.path = strdup(path);
		err = piece.path ? add(pieces, piece) : -ENOMEM;
	}
	free(path);
	return err;
}

/* A file that was named: if it is no log, whoever reads it will say so. */
static int add_file(struct fpt_log_pieces *pieces, const char *path, bool is_file)
{
	struct fpt_log_piece piece = { .path = strdup(path) };
	unsigned int runs = 1;

	if (!piece.path)
		return -ENOMEM;
	if (is_file)
		identify(&piece, &runs);
	return add_runs(pieces, piece, runs);
}

/* A file that was not named. */
static int add_if_log(void *context, const char *path)
{
	struct fpt_log_pieces *pieces = context;
	struct fpt_log_piece piece = { 0 };
	unsigned int runs;
	enum kind kind;
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		if (!S_ISDIR(st.st_mode))
			tell(pieces, path, ": left out, as it is no plain file; name it");
		return 0;
	}
	piece.path = strdup(path);
	if (!piece.path)
		return -ENOMEM;
	kind = identify(&piece, &runs);
	if (kind == TEXT || kind == A_LOG)
		return add_runs(pieces, piece, runs);
	if (kind == OTHER)
		tell(pieces, path, ": left out, as it is no log");
	free(piece.path);
	return 0;
}

/* One whose name says that it is a piece of a log that was named. */
static int add_piece(void *context, const char *path)
{
	struct fpt_log_pieces *pieces = context;
	struct fpt_log_piece piece = { .path = strdup(path) };
	unsigned int runs;

	if (!piece.path)
		return -ENOMEM;
	identify(&piece, &runs);
	if (piece.run)
		return add(pieces, piece);
	tell(pieces, path, ": left out, as nothing in it shows that it is a piece of a log");
	free(piece.path);
	return 0;
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
		return add(pieces, (struct fpt_log_piece){ 0 });
	if (stat(path, &st) == 0) {
		if (!S_ISDIR(st.st_mode))
			return add_file(pieces, path, S_ISREG(st.st_mode));
		err = each_file(path, NULL, NULL, add_if_log, pieces);
		return err || pieces->count > before ? err : -EINVAL;
	}
	err = -errno;
	if (err == -ENOENT) {
		int each = fpt_log_pieces__each(path, add_piece, pieces);

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
		snprintf(why, why_size, "%s: no log is in this folder, and no JSON Lines of fusept",
			 name);
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
