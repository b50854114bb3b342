// SPDX-License-Identifier: GPL-2.0-only
#include "describe.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <strings.h>

#include "record.h"
#include "spec/hooks.def"
#include "table.h"
#include "wrap.h"

#define INDENT 10 /* columns of the names of the fields */
#define ID_MAX 64
#define NEAREST 3

struct words {
	char *text;
	size_t size, used;
};

static void add(struct words *words, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void add(struct words *words, const char *format, ...)
{
	size_t room = words->size - words->used;
	va_list arguments;
	int length;

	va_start(arguments, format);
	length = vsnprintf(words->text + words->used, room, format, arguments);
	va_end(arguments);
	words->used += length < 0 ? 0 : (size_t)length < room ? (size_t)length : room - 1;
}

/* A function follows "from" or a comma; "a|b" is told as "a or b", "=a" as "a". */
static void add_functions(struct words *words, const char *functions, bool first)
{
	size_t length;

	functions += *functions == '=';
	length = strcspn(functions, "|");

	add(words, "%s%.*s", first ? ", from " : ", ", (int)length, functions);
	if (functions[length])
		add(words, " or %s", functions + length + 1);
}

/* A hook of the bytes feeds a record, which no check needs. */
static bool needed(unsigned long long needs, uint16_t kind)
{
	return kind < 64 && needs >> kind & 1;
}

const char *fpt_describe_needs(char *out, size_t size, enum fpt_check_id check)
{
#define HOOK(program, functions, event) { FPT_##event, functions },
	static const struct {
		uint16_t event;
		const char *functions;
	} hooks[] = { FPT_HOOKS(HOOK) };
#undef HOOK
	struct words words = { out, size, 0 };
	unsigned long long needs = fpt_checks[check].needs;
	const struct fpt_kind_info *info;
	bool first = true;
	size_t i = 0, j;

	while ((info = fpt_kinds(&i)))
		if (needed(needs, info->kind))
			add(&words, "%s%s", words.used ? ", " : "", info->name);
	add(&words, " events");
	if (fpt_check__is_of_server(check)) {
		add(&words, ", from the debug log of a libfuse server");
		return out;
	}
	for (i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++) {
		if (!needed(needs, hooks[i].event))
			continue;
		/* A function has more than one hook: for its entry, its exit, another event. */
		for (j = 0; j < i; j++)
			if (needed(needs, hooks[j].event) &&
			    strcmp(hooks[j].functions, hooks[i].functions) == 0)
				break;
		if (j == i)
			add_functions(&words, hooks[i].functions, first);
		first = false;
	}
	return out;
}

const char *fpt_describe_evidence(enum fpt_check_id check)
{
	bool history = fpt_check_texts[check]->history;

	if (history && fpt_check__spans_tasks(check))
		return "what came before, in any task: nothing is found where events were lost, and with a filter on processes it is off";
	if (history)
		return "what came before: nothing is found where events were lost";
	if (fpt_check__spans_tasks(check))
		return "the operation itself; with a filter on processes it is off";
	return "the operation itself, whatever else was seen or lost";
}

const char *fpt_describe_verdict(enum fpt_check_id check)
{
	switch (fpt_checks[check].severity) {
	case FPT_SEVERITY_WARNING:
		return "not decided by a warning";
	case FPT_SEVERITY_SUSPECT:
		return "not decided by a suspicion";
	default:
		return "violation";
	}
}

static void print_field(FILE *out, const char *name, const char *text)
{
	fprintf(out, "%-*s", INDENT, name);
	fpt_print_wrapped(out, text, INDENT, INDENT);
	fputc('\n', out);
}

/* The finding as fusept-trace prints it, under what led to it. */
static void print_example(FILE *out, enum fpt_check_id check)
{
	const struct fpt_check_info *info = &fpt_checks[check];

	print_field(out, "Example", fpt_check_texts[check]->done);
	fprintf(out, "%*s", INDENT + 2, "");
	fpt_print_wrapped(out, fpt_check_texts[check]->found, INDENT + 2, INDENT + 2);
	fprintf(out, "\n%*s[%s, %s %s]\n", INDENT + 2, "", info->id, fpt_who_name(info->who),
		fpt_severity_name(info->severity));
}

static void print_check(FILE *out, enum fpt_check_id check)
{
	const struct fpt_check_info *info = &fpt_checks[check];
	const struct fpt_check_text *text = fpt_check_texts[check];
	char buffer[1024];
	struct words see = { buffer, sizeof(buffer), 0 };
	const char *at;

	fprintf(out, "%s (%s)\n\n", info->id, info->invariant);
	print_field(out, "Rule", info->rule);
	fprintf(out, "%-*s%s %s\n", INDENT, "Blame", fpt_who_name(info->who),
		fpt_severity_name(info->severity));
	print_field(out, "Verdict", fpt_describe_verdict(check));
	fputc('\n', out);
	print_field(out, "Meaning", text->means);
	print_field(out, "Cause", text->cause);
	print_field(out, "Remedy", info->remedy);
	fputc('\n', out);
	print_example(out, check);
	fputc('\n', out);
	print_field(out, "Evidence", fpt_describe_evidence(check));
	print_field(out, "Needs", fpt_describe_needs(buffer, sizeof(buffer), check));
	for (at = text->see; *at; at += strcspn(at, " "), at += *at == ' ')
		add(&see, "%.*s, ", (int)strcspn(at, " "), at);
	add(&see, "%sfusept-checks(7)", *info->invariant == 'T' ? "fusept-iomode(7), " : "");
	print_field(out, "See also", buffer);
}

static void print_list(FILE *out)
{
	int check;

	fprintf(out, "%-32s %-17s %s\n", "CHECK", "BLAME", "STANDS FOR");
	for (check = 0; check < FPT_CHECK_MAX; check++) {
		const struct fpt_check_info *info = &fpt_checks[check];
		char blame[32];

		snprintf(blame, sizeof(blame), "%s %s", fpt_who_name(info->who),
			 fpt_severity_name(info->severity));
		fprintf(out, "%-32s %-17s %s\n", info->id, blame, info->invariant);
	}
}

/* ---- ids that were mistyped ---- */

/* What people leave out weighs less than what they write wrong; a part of an id, little. */
static unsigned int distance(const char *word, const char *id)
{
	unsigned int row[ID_MAX + 1], above, before;
	size_t i, j, length = strlen(id);

	if (strstr(id, word))
		return 1;
	for (j = 0; j <= length; j++)
		row[j] = j;
	for (i = 0; word[i]; i++) {
		before = row[0];
		row[0] = 2 * (i + 1);
		for (j = 0; j < length; j++) {
			above = row[j + 1];
			row[j + 1] = word[i] == id[j] ? before : before + 2;
			if (row[j] + 1 < row[j + 1])
				row[j + 1] = row[j] + 1;
			if (above + 2 < row[j + 1])
				row[j + 1] = above + 2;
			before = above;
		}
	}
	return row[length];
}

/* The nearest id that is not in @taken yet; -1: none is near. */
static int nearest(const char *word, const int *taken, int count)
{
	unsigned int best = strlen(word) + 1, far;
	int check, found = -1, i;

	for (check = 0; check < FPT_CHECK_MAX; check++) {
		for (i = 0; i < count && taken[i] != check; i++)
			;
		far = i < count ? best : distance(word, fpt_checks[check].id);
		if (far < best) {
			best = far;
			found = check;
		}
	}
	return found;
}

static int refuse(const char *program, const char *word)
{
	int near[NEAREST], count;

	fprintf(stderr, "%s: no check '%s'", program, word);
	for (count = 0; count < NEAREST; count++) {
		near[count] = nearest(word, near, count);
		if (near[count] < 0)
			break;
		fprintf(stderr, "%s%s", count ? ", " : "; near it are ",
			fpt_checks[near[count]].id);
	}
	fprintf(stderr, "; %s --explain lists all\n", program);
	return -EINVAL;
}

int fpt_describe(FILE *out, const char *program, const char *what)
{
	int check, found = 0;

	if (!what || strcmp(what, "list") == 0) {
		print_list(out);
		return 0;
	}
	for (check = 0; check < FPT_CHECK_MAX; check++) {
		if (strcasecmp(fpt_checks[check].id, what) != 0 &&
		    strcasecmp(fpt_checks[check].invariant, what) != 0)
			continue;
		if (found++)
			fputc('\n', out);
		print_check(out, check);
	}
	return found ? 0 : refuse(program, what);
}
