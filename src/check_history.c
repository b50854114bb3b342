// SPDX-License-Identifier: GPL-2.0-only
/*
 * Whether what is told can have happened at all.  A sound recording of any
 * kernel, however broken, passes here: what a broken one can do is for the other
 * files.  Where evidence may be missing nothing is impossible.
 */
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include "check_internal.h"
#include "table.h"
#include "value.h"

#define CTR_MAX (1 << 24) /* more files than a kernel can have open */
#define ERRNO_MAX 4095
#define CLOCK_SLACK_NS 1000000ULL /* what bpf_ktime_get_ns() may go back */

enum rule { RULE_OP, RULE_IOMODE, RULE_ERRNO, RULE_CTR, RULE_KEY, RULE_BEGIN };

static bool rule_of(const struct fpt_field *field, enum rule *rule)
{
	size_t length = strlen(field->name);

	if (field->format == FPT_FORMAT_OP)
		*rule = RULE_OP;
	else if (field->format == FPT_FORMAT_IOMODE)
		*rule = RULE_IOMODE;
	else if (field->format == FPT_FORMAT_ERRNO)
		*rule = RULE_ERRNO;
	else if (field->format == FPT_FORMAT_NS)
		*rule = RULE_BEGIN;
	else if (!strcmp(field->name, "inode") || !strcmp(field->name, "conn"))
		*rule = RULE_KEY;
	else if (length > 4 && !strcmp(field->name + length - 4, "_ctr"))
		*rule = RULE_CTR;
	else
		return false;
	return true;
}

void fpt_history__init(struct fpt_history *history)
{
	const struct fpt_kind_info *info;
	const struct fpt_field *field;
	enum rule rule;
	size_t i = 0;

	memset(history, 0, sizeof(*history));
	while ((info = fpt_kinds(&i))) {
		if (info->kind >= FPT_HISTORY_KINDS)
			continue;
		history->kind[info->kind].known = true;
		for (field = info->fields; field < info->fields + info->nfields; field++) {
			uint8_t *count = &history->kind[info->kind].count;

			if (*count < FPT_HISTORY_RULES && rule_of(field, &rule))
				history->kind[info->kind].rule[(*count)++] =
					(struct fpt_history_rule){ rule, field->offset };
		}
	}
}

/* "event 17 (open, cpu 0, seq 16) at 5.000123000 s of thread 11, nodeid 3" */
static size_t event_words(char *out, size_t size, uint64_t number, const struct fpt_header *event)
{
	const struct fpt_kind_info *info = fpt_kind(event->kind);
	const struct fpt_field *nodeid = info ? fpt_field__find(info, "nodeid") : NULL;
	char time[FPT_VALUE_MAX];
	int used;

	used = snprintf(out, size, "event %llu (%s, cpu %u, seq %llu) at %s s of thread %u",
			(unsigned long long)number, info ? info->name : "of no kind", event->cpu,
			(unsigned long long)event->seq,
			fpt_print_ns(time, sizeof(time), event->ts_ns), event->tid);
	if (nodeid)
		used += snprintf(out + used, size - used, ", nodeid %llu",
				 (unsigned long long)fpt_field__get(nodeid, event));
	return used;
}

void fpt_checker__impossible(struct fpt_checker *checker, const struct fpt_header *event,
			     const char *format, ...)
{
	char *out = checker->summary.first_impossible;
	size_t size = sizeof(checker->summary.first_impossible);
	size_t used = 0;
	va_list arguments;

	/* An event that is wrong in several ways counts once. */
	if (event && checker->history.last == checker->summary.seen)
		return;
	checker->history.last = event ? checker->summary.seen : 0;
	if (checker->summary.impossible++)
		return;
	if (event)
		used = event_words(out, size, checker->summary.seen, event);
	va_start(arguments, format);
	used += snprintf(out + used, size - used, used ? ": " : "");
	vsnprintf(out + used, size - used, format, arguments);
	va_end(arguments);
}

/* NULL if the field is as it can be. */
static const char *what_is_wrong(const struct fpt_header *event,
				 const struct fpt_history_rule *rule)
{
	const void *at = (const char *)event + rule->offset;
	int32_t number;
	uint64_t key;

	memcpy(&number, at, sizeof(number));
	switch ((enum rule)rule->rule) {
	case RULE_OP:
		return number < FPT_OP_IO_OPEN || number > FPT_OP_IO_RELEASE ? "no operation"
									     : NULL;
	case RULE_IOMODE:
		return number < 0 || number > FPT_IOM_UNCACHED ? "no io mode" : NULL;
	case RULE_ERRNO:
		return number < -ERRNO_MAX ? "no errno" : NULL;
	case RULE_CTR:
		return number < -CTR_MAX || number > CTR_MAX ? "no count of files" : NULL;
	case RULE_KEY:
		memcpy(&key, at, sizeof(key));
		return key ? NULL : "nothing to be about";
	case RULE_BEGIN:
		memcpy(&key, at, sizeof(key));
		return key > event->ts_ns + CLOCK_SLACK_NS ? "later than its end" : NULL;
	}
	return NULL;
}

static const char *field_at(const struct fpt_header *event, uint16_t offset)
{
	const struct fpt_kind_info *info = fpt_kind(event->kind);
	size_t i = 0;

	while (info->fields[i].offset != offset)
		i++;
	return info->fields[i].name;
}

bool fpt_history__complete(const struct fpt_checker *checker, const struct fpt_known_conn *conn)
{
	return conn->from_start && !checker->incomplete && !checker->options.some_tasks_only;
}

void fpt_history__begun_twice(struct fpt_checker *checker, const struct fpt_known_inode *inode,
			      enum fpt_op op)
{
	char name[FPT_VALUE_MAX];

	if (fpt_history__complete(checker, inode->active->conn))
		fpt_checker__impossible(checker, checker->event,
					"%s begins, and its thread is inside it already",
					fpt_print_op(name, sizeof(name), op));
}

void fpt_history__never_begun(struct fpt_checker *checker, const struct fpt_known_inode *inode,
			      enum fpt_op op)
{
	char name[FPT_VALUE_MAX];

	if (fpt_history__complete(checker, inode->active->conn))
		fpt_checker__impossible(checker, checker->event, "%s ends, which has not begun",
					fpt_print_op(name, sizeof(name), op));
}

/*
 * A regular inode that nobody told of is used.  Where one became another without
 * an eviction, it is the kernel that is wrong; a number 0 is never told.
 */
void fpt_history__used(struct fpt_checker *checker, const struct fpt_known_inode *inode,
		       uint64_t ino)
{
	if (inode->told || !ino || checker->known.renamed || checker->options.only_ino ||
	    !(checker->options.events & N(ATTR)) || !(checker->options.events & N(EVICT)) ||
	    !fpt_history__complete(checker, inode->active->conn))
		return;
	fpt_checker__impossible(checker, checker->event, "no reply has told of its inode");
}

/* Whether the kernel still counts somebody is for mode-evict-busy. */
void fpt_history__evicted(struct fpt_checker *checker, const struct fpt_known_inode *inode,
			  const struct fpt_evict *e)
{
	const struct fpt_known_file *file = inode->active->files;
	char words[320];

	if (!file || e->before_ctr || e->before_fb || !(checker->options.events & N(IO_RELEASE)) ||
	    !fpt_history__complete(checker, inode->active->conn))
		return;
	fpt_checker__impossible(checker, checker->event, "its inode is evicted, and %s is open",
				fpt_file_words(words, sizeof(words), file));
}

void fpt_history__event(struct fpt_checker *checker, const struct fpt_header *event)
{
	const struct fpt_history_rule *rule = checker->history.kind[event->kind].rule;
	const struct fpt_history_rule *end = rule + checker->history.kind[event->kind].count;
	const char *wrong;

	if (event->cpu >= FPT_MAX_CPUS)
		fpt_checker__impossible(checker, event, "there is no such cpu");
	for (; rule < end; rule++) {
		wrong = what_is_wrong(event, rule);
		if (wrong)
			fpt_checker__impossible(checker, event, "its %s is %s",
						field_at(event, rule->offset), wrong);
	}
}
