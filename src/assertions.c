// SPDX-License-Identifier: GPL-2.0-only
/* Runs jq's library on the summary.  The library stays behind this file. */
#include "assertions.h"

#include <errno.h>
#include <jv.h>
#include <jq.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limited.h"
#include "value.h"

#define VALUES_MAX 10000 /* of one expression: more is taken for an endless loop */
#define FOUND_MAX 400

struct complaint {
	char *out;
	size_t size;
};

/* jq says more than once what is wrong: the first time says it best. */
static void keep_complaint(void *context, jv message)
{
	static const char *const ends[] = { " (Unix shell", " at <top-level>" };
	struct complaint *complaint = context;
	jv words = jq_format_error(message);
	const char *text = jv_string_value(words);
	size_t length, i;

	if (strncmp(text, "jq: error: ", 11) == 0)
		text += 11;
	length = strcspn(text, "\n");
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (strstr(text, ends[i]) && strstr(text, ends[i]) < text + length)
			length = (size_t)(strstr(text, ends[i]) - text);
	if (!*complaint->out)
		fpt_sanitize(complaint->out, complaint->size, text, length);
	jv_free(words);
}

static void ignore_message(void *context, jv message)
{
	(void)context;
	jv_free(message);
}

/* NULL, with the reason in @why, for what does not compile. */
static struct jq_state *compile(const char *expression, char *why, size_t why_size)
{
	struct complaint complaint = { why, why_size };
	struct jq_state *program = jq_init();

	*why = '\0';
	if (!program) {
		snprintf(why, why_size, "no memory");
		return NULL;
	}
	jq_set_error_cb(program, keep_complaint, &complaint);
	jq_set_debug_cb(program, ignore_message, NULL);
	/* The library aborts without them; empty, they leave no file that can be imported. */
	jq_set_attr(program, jv_string("JQ_ORIGIN"), jv_string(""));
	jq_set_attr(program, jv_string("JQ_LIBRARY_PATH"), jv_array());
	if (!jq_compile(program, expression)) {
		jq_teardown(&program);
		return NULL;
	}
	jq_set_error_cb(program, ignore_message, NULL);
	return program;
}

int fpt_assertions__add(struct fpt_assertions *assertions, const char *expression, char *why,
			size_t why_size)
{
	struct fpt_assertion *grown, *item;
	size_t blanks = strspn(expression, " \t\r\n");

	if (!expression[blanks] || expression[blanks] == '#') {
		snprintf(why, why_size, "it is empty");
		return -EINVAL;
	}
	grown = realloc(assertions->item, (assertions->count + 1) * sizeof(*grown));
	if (!grown)
		return -ENOMEM;
	assertions->item = grown;
	item = &grown[assertions->count];
	*item = (struct fpt_assertion){ .expression = strdup(expression + blanks) };
	if (!item->expression)
		return -ENOMEM;
	item->program = compile(item->expression, why, why_size);
	if (!item->program) {
		free(item->expression);
		return -EINVAL;
	}
	assertions->count++;
	return 0;
}

int fpt_assertions__copy(struct fpt_assertions *assertions, const struct fpt_assertions *from)
{
	char why[256];
	size_t i;
	int err = 0;

	memset(assertions, 0, sizeof(*assertions));
	for (i = 0; i < from->count && !err; i++) {
		err = fpt_assertions__add(assertions, from->item[i].expression, why, sizeof(why));
		if (err)
			break;
		assertions->item[i].file = from->item[i].file;
		assertions->item[i].line = from->item[i].line;
	}
	if (err)
		fpt_assertions__free(assertions);
	return err;
}

/* One line of a file, without its newline. */
static int add_line(struct fpt_assertions *assertions, const char *path, unsigned int number,
		    const char *line, size_t length, char *why, size_t why_size)
{
	char words[256];
	size_t at, size, blanks = strspn(line, " \t\r");
	uint32_t code;
	int err;

	for (at = 0; at < length; at += size) {
		size = fpt_utf8(line + at, length - at, &code);
		if (size && code)
			continue;
		snprintf(why, why_size, "%s:%u: byte %zu is no text in UTF-8", path, number,
			 at + 1);
		return -EINVAL;
	}
	if (!line[blanks] || line[blanks] == '#')
		return 0;
	err = fpt_assertions__add(assertions, line, words, sizeof(words));
	if (err == -EINVAL)
		snprintf(why, why_size, "%s:%u: %s", path, number, words);
	if (err)
		return err;
	assertions->item[assertions->count - 1].file = path;
	assertions->item[assertions->count - 1].line = number;
	return 0;
}

int fpt_assertions__read(struct fpt_assertions *assertions, const char *path, char *why,
			 size_t why_size)
{
	const bool is_stdin = strcmp(path, "-") == 0;
	FILE *file = is_stdin ? stdin : fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	unsigned int number = 0;
	ssize_t length;
	int err = 0;

	if (is_stdin)
		path = "standard input";
	if (!file) {
		err = -errno;
		goto out;
	}
	errno = 0;
	while (!err && (length = getline(&line, &room, file)) > 0) {
		length -= line[length - 1] == '\n';
		length -= length && line[length - 1] == '\r';
		line[length] = '\0';
		err = add_line(assertions, path, ++number, line, (size_t)length, why, why_size);
		if (err == -EINVAL)
			goto out;
	}
	if (!err && ferror(file))
		err = errno ? -errno : -EIO;
out:
	if (err && err != -EINVAL)
		snprintf(why, why_size, "%s: %s", path, strerror(-err));
	if (file && !is_stdin)
		fclose(file);
	free(line);
	return err;
}

/* @lead and what jq gave, in a few words; frees the value. */
static char *words_of(const char *lead, size_t lead_length, jv value)
{
	char words[FOUND_MAX], *all = NULL;
	jv text = jv_dump_string(value, 0);
	const char *json = jv_string_value(text);
	size_t length;

	length = fpt_sanitize(words, sizeof(words), json, strlen(json));
	if (asprintf(&all, "%.*s%s%s%s", (int)lead_length, lead, lead_length ? " is " : "", words,
		     length + 4 >= sizeof(words) ? "..." : "") < 0)
		all = NULL;
	jv_free(text);
	return all;
}

/* Why an expression ended in an error. */
static char *error_words(jv message)
{
	char words[FOUND_MAX], *all = NULL;
	jv text = jv_get_kind(message) == JV_KIND_STRING ? message : jv_dump_string(message, 0);

	fpt_sanitize(words, sizeof(words), jv_string_value(text),
		     (size_t)jv_string_length_bytes(jv_copy(text)));
	if (asprintf(&all, "an error: %s", words) < 0)
		all = NULL;
	jv_free(text);
	return all;
}

static bool is_true(jv value)
{
	jv_kind kind = jv_get_kind(value);

	return kind != JV_KIND_FALSE && kind != JV_KIND_NULL;
}

/* Whether it holds; @found gets what was found if not. */
static bool run(struct jq_state *program, jv document, char **found)
{
	const char *end = NULL;
	unsigned int values = 0;
	jv value;

	jq_start(program, jv_copy(document), 0);
	while (jv_is_valid(value = jq_next(program)) && values++ < VALUES_MAX) {
		if (!is_true(value)) {
			*found = words_of("", 0, value);
			return false;
		}
		jv_free(value);
	}
	if (jv_is_valid(value)) {
		end = "no end of values";
	} else if (jv_invalid_has_msg(jv_copy(value))) {
		end = "an error";
		*found = error_words(jv_invalid_get_msg(jv_copy(value)));
	} else if (jq_halted(program)) {
		end = "a halt";
	} else if (!values) {
		end = "no value";
	}
	if (end && !*found)
		*found = strdup(end);
	jv_free(value);
	return !end;
}

/* Of "A == 1" what A is, if it is a single value. */
static void find_left(struct fpt_assertion *assertion, jv document)
{
	size_t length = fpt_assertion_left(assertion->expression);
	char *left = strndup(assertion->expression, length), *found, why[64];
	struct jq_state *program = length && left ? compile(left, why, sizeof(why)) : NULL;
	jv value;

	if (program) {
		jq_start(program, jv_copy(document), 0);
		value = jq_next(program);
		while (length && strchr(" \t", left[length - 1]))
			length--;
		found = jv_is_valid(value) ? words_of(left, length, jv_copy(value)) : NULL;
		jv_free(value);
		if (found) {
			free(assertion->found);
			assertion->found = found;
		}
		jq_teardown(&program);
	}
	free(left);
}

/* ---- in a child process, as an expression may have no end ---- */

struct judgement {
	struct fpt_assertions *assertions;
	size_t next; /* the first that is not judged yet */
	jv document;
};

struct result {
	bool holds;
	size_t length; /* of what was found, which follows; 0: nothing */
};

static void judge_one(struct fpt_assertion *assertion, jv document)
{
	assertion->holds = run(assertion->program, document, &assertion->found);
	if (!assertion->holds && assertion->found && strcmp(assertion->found, "false") == 0)
		find_left(assertion, document);
}

static void work(void *context, int to)
{
	const struct judgement *judgement = context;
	size_t i;

	for (i = judgement->next; i < judgement->assertions->count; i++) {
		struct fpt_assertion *assertion = &judgement->assertions->item[i];
		struct result result;

		judge_one(assertion, judgement->document);
		result = (struct result){ .holds = assertion->holds,
					  .length =
						  assertion->found ? strlen(assertion->found) : 0 };
		if (!fpt_limited__write(to, &result, sizeof(result)) ||
		    !fpt_limited__write(to, assertion->found, result.length))
			return;
	}
}

/* Takes what the child found.  False if there is no more. */
static bool take_result(const struct fpt_limited *child, struct fpt_assertion *assertion)
{
	struct result result;
	char *found = NULL;

	if (!fpt_limited__read(child, &result, sizeof(result)))
		return false;
	if (result.length)
		found = calloc(1, result.length + 1);
	if (found && !fpt_limited__read(child, found, result.length)) {
		free(found);
		return false;
	}
	assertion->holds = result.holds;
	assertion->found = found;
	return true;
}

/* As many as one child can; the one that ends it has failed.  0 or -errno. */
static int judge_more(struct judgement *judgement)
{
	struct fpt_assertions *assertions = judgement->assertions;
	struct fpt_limited child = { 0 };
	const char *end;
	int err = fpt_limited__start(&child, work, judgement);

	if (err)
		return err;
	while (judgement->next < assertions->count &&
	       take_result(&child, &assertions->item[judgement->next]))
		judgement->next++;
	end = fpt_limited__finish(&child);
	if (judgement->next < assertions->count)
		assertions->item[judgement->next++].found = strdup(end ?: "no result");
	return 0;
}

int fpt_assertions__judge(struct fpt_assertions *assertions, const char *document)
{
	struct judgement judgement = { assertions, 0, jv_parse(document) };
	int err = jv_is_valid(judgement.document) ? 0 : -EINVAL;
	size_t i;

	for (i = 0; !err && i < assertions->count; i++) {
		free(assertions->item[i].found);
		assertions->item[i].found = NULL;
		assertions->item[i].holds = false;
	}
	while (!err && judgement.next < assertions->count)
		err = judge_more(&judgement);
	assertions->failed = 0;
	for (i = 0; !err && i < assertions->count; i++)
		assertions->failed += !assertions->item[i].holds;
	jv_free(judgement.document);
	return err;
}

const char *fpt_assertion__where(const struct fpt_assertion *assertion, char *out, size_t size)
{
	char file[256];

	*out = '\0';
	if (!assertion->file)
		return out;
	fpt_sanitize(file, sizeof(file), assertion->file, SIZE_MAX);
	snprintf(out, size, "%s:%u: ", file, assertion->line);
	return out;
}

void fpt_assertions__free(struct fpt_assertions *assertions)
{
	size_t i;

	for (i = 0; i < assertions->count; i++) {
		free(assertions->item[i].expression);
		free(assertions->item[i].found);
		jq_teardown(&assertions->item[i].program);
	}
	free(assertions->item);
	memset(assertions, 0, sizeof(*assertions));
}
