// SPDX-License-Identifier: GPL-2.0-only
/* Takes lines apart; a line that is not to the letter as libfuse prints it is another's. */
#include "libfuse_line.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>

#define ERRNOS 134 /* the last is EHWPOISON, 133 */

/* What is left of a line; NULL once it was not as expected. */
struct rest {
	const char *at;
};

static bool skip(struct rest *rest, const char *words)
{
	size_t length = strlen(words);

	if (!rest->at || strncmp(rest->at, words, length) != 0)
		rest->at = NULL;
	else
		rest->at += length;
	return rest->at;
}

static uint64_t number_up_to(struct rest *rest, unsigned int base, uint64_t max)
{
	static const char digits[] = "0123456789abcdef";
	const char *digit, *begin = rest->at;
	uint64_t value = 0;

	for (; rest->at && *rest->at; rest->at++) {
		digit = strchr(digits, *rest->at);
		if (!digit || digit >= digits + base)
			break;
		if (value > (max - (uint64_t)(digit - digits)) / base) {
			rest->at = NULL;
			break;
		}
		value = value * base + (uint64_t)(digit - digits);
	}
	if (rest->at == begin)
		rest->at = NULL;
	return value;
}

static uint64_t long_number(struct rest *rest)
{
	return number_up_to(rest, 10, UINT64_MAX);
}

static uint32_t number(struct rest *rest)
{
	return (uint32_t)number_up_to(rest, 10, UINT32_MAX);
}

static int32_t signed_number(struct rest *rest)
{
	bool minus = rest->at && *rest->at == '-';
	int32_t value;

	rest->at += minus;
	value = (int32_t)number_up_to(rest, 10, INT32_MAX);
	return minus ? -value : value;
}

static bool is_over(const struct rest *rest)
{
	return rest->at && !*rest->at;
}

/* Goes behind a pair of brackets, which may have others in it. */
static void skip_brackets(struct rest *rest, const char *after)
{
	const char *at, *last = NULL;

	if (!skip(rest, " ("))
		return;
	for (at = rest->at; (at = strstr(at, after)); at++)
		last = at;
	rest->at = last ? last + strlen(after) : NULL;
}

/* "unique: 2, opcode: INIT (26), nodeid: 0, insize: 56, pid: 0"; no pid before 2.9 */
static bool parse_request(struct fpt_libfuse_line *line, struct rest rest)
{
	if (rest.at && strncmp(rest.at, "cqe ", 4) == 0) {
		line->uring = true;
		rest.at += 4;
	} else if (rest.at && strncmp(rest.at, "dev ", 4) == 0) {
		rest.at += 4;
	}
	skip(&rest, "unique: ");
	line->unique = long_number(&rest);
	if (!skip(&rest, ", opcode: "))
		return false;
	rest.at += strspn(rest.at, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_?0123456789");
	skip(&rest, " (");
	line->opcode = number(&rest);
	skip(&rest, "), nodeid: ");
	line->nodeid = long_number(&rest);
	skip(&rest, ", insize: ");
	line->size = number(&rest);
	if (!is_over(&rest)) {
		skip(&rest, ", pid: ");
		line->pid = number(&rest);
	}
	line->what = FPT_LIBFUSE_REQUEST;
	return is_over(&rest);
}

/* "unique: 2, success, outsize: 40"; "unique: 4, error: -2 (No such ...), outsize: 16" */
static bool parse_reply(struct fpt_libfuse_line *line, struct rest rest)
{
	skip(&rest, "unique: ");
	line->unique = long_number(&rest);
	if (rest.at && strncmp(rest.at, ", success", 9) == 0) {
		skip(&rest, ", success, outsize: ");
	} else if (skip(&rest, ", error: ")) {
		line->error = signed_number(&rest);
		skip_brackets(&rest, "), outsize: ");
	}
	line->size = number(&rest);
	if (rest.at && strcmp(rest.at, " (splice)") == 0)
		rest.at += 9;
	line->what = FPT_LIBFUSE_REPLY;
	return is_over(&rest);
}

/* "WORDS", a number, and nothing more */
static bool parse_value(struct fpt_libfuse_line *line, struct rest rest, const char *words,
			unsigned int base, enum fpt_libfuse_what what)
{
	if (!skip(&rest, words))
		return false;
	line->value = number_up_to(&rest, base, UINT64_MAX);
	line->what = what;
	return is_over(&rest);
}

static bool parse_forget(struct fpt_libfuse_line *line, struct rest rest)
{
	skip(&rest, "FORGET ");
	line->nodeid = long_number(&rest);
	skip(&rest, "/");
	line->value = long_number(&rest);
	line->what = FPT_LIBFUSE_FORGET;
	return is_over(&rest);
}

static bool parse_bad_error(struct fpt_libfuse_line *line, struct rest rest)
{
	if (!skip(&rest, "fuse: bad error value: "))
		return false;
	line->error = signed_number(&rest);
	line->what = FPT_LIBFUSE_BAD_ERROR;
	return is_over(&rest);
}

static bool parse_version(struct fpt_libfuse_line *line, struct rest rest)
{
	skip(&rest, "FUSE library version: ");
	line->text = rest.at;
	line->what = FPT_LIBFUSE_VERSION;
	return rest.at;
}

/* The number of strerror()'s words; 0 if they are in another language. */
static int32_t errno_of(const char *words)
{
	const char *known;
	int32_t err;

	for (err = 1; err < ERRNOS; err++) {
		known = strerrordesc_np(err);
		if (known && strcmp(known, words) == 0)
			return err;
	}
	return 0;
}

static bool parse_ioctl(struct fpt_libfuse_line *line, struct rest rest, const char *words,
			enum fpt_libfuse_what what)
{
	if (!skip(&rest, words))
		return false;
	line->error = -errno_of(rest.at);
	line->what = what;
	return true;
}

static bool parse_any(struct fpt_libfuse_line *line, const char *text)
{
	struct rest all = { text }, unique = { text + strspn(text, " ") };

	memset(line, 0, sizeof(*line));
	if (parse_request(line, unique))
		return true;
	memset(line, 0, sizeof(*line));
	if (parse_reply(line, unique) ||
	    parse_value(line, all, "INIT: 7.", 10, FPT_LIBFUSE_INIT_REQUEST) ||
	    parse_value(line, all, "   INIT: 7.", 10, FPT_LIBFUSE_INIT_REPLY) ||
	    parse_value(line, all, "   flags=0x", 16, FPT_LIBFUSE_FLAGS) ||
	    parse_value(line, all, "   max_stack_depth=", 10, FPT_LIBFUSE_STACK_DEPTH))
		return true;
	if (parse_value(line, all, "   NODEID: ", 10, FPT_LIBFUSE_NODEID)) {
		line->nodeid = line->value;
		return true;
	}
	return parse_forget(line, all) || parse_bad_error(line, all) || parse_version(line, all) ||
	       parse_ioctl(line, all, "fuse: passthrough_open: ", FPT_LIBFUSE_BACKING_OPEN) ||
	       parse_ioctl(line, all, "fuse: passthrough_close: ", FPT_LIBFUSE_BACKING_CLOSE);
}

void fpt_libfuse_line__parse(struct fpt_libfuse_line *line, const char *text)
{
	if (parse_any(line, text))
		return;
	memset(line, 0, sizeof(*line));
	text = strstr(text, "unique: ");
	if (text && isdigit((unsigned char)text[8]))
		line->what = FPT_LIBFUSE_GARBLED;
}
