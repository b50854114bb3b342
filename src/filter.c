// SPDX-License-Identifier: GPL-2.0-only
/* Holds events and findings to a filter; knows fields by their names only. */
#include "filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "table.h"
#include "value.h"

#define NS_PER_S UINT64_C(1000000000)
#define DAY_NS ((int64_t)(24 * 3600 * NS_PER_S))
#define UNIX_TIMES \
	100000000 /* seconds: a plain number from here on is one, not the age of a run \
		   */

/* ---- times ---- */

/* Seconds with up to nine decimals; @text goes on behind them. */
static bool parse_seconds(const char **text, uint64_t most, uint64_t *ns)
{
	uint64_t unit = NS_PER_S / 10;
	const char *begin = *text;
	char *end;

	if (*begin < '0' || *begin > '9')
		return false;
	errno = 0;
	*ns = strtoull(begin, &end, 10);
	if (errno || *ns > most)
		return false;
	*ns *= NS_PER_S;
	if (*end == '.')
		for (end++; *end >= '0' && *end <= '9'; end++, unit /= 10)
			*ns += (uint64_t)(*end - '0') * unit;
	*text = end;
	return true;
}

static bool two_digits(const char **text, unsigned int most, unsigned int *value)
{
	const char *at = *text;

	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return false;
	*value = (unsigned int)((at[0] - '0') * 10 + at[1] - '0');
	*text = at + 2;
	return *value <= most;
}

/* "12:30" or "12:30:01.5", to the end of the text. */
static bool parse_clock(const char *text, uint64_t *ns)
{
	unsigned int hours, minutes;
	uint64_t seconds = 0;

	if (!two_digits(&text, 23, &hours) || *text++ != ':' || !two_digits(&text, 59, &minutes))
		return false;
	if (*text == ':' && (text++, !parse_seconds(&text, 60, &seconds)))
		return false;
	*ns = (hours * 3600 + minutes * 60) * NS_PER_S + seconds;
	return !*text;
}

/* "2026-11-22", and perhaps a time of that day behind a blank or a T. */
static bool parse_date(const char *text, uint64_t *ns)
{
	struct tm tm = { .tm_isdst = -1 };
	uint64_t clock = 0;
	const char *rest = strptime(text, "%Y-%m-%d", &tm);
	time_t midnight;

	if (!rest || (*rest && ((*rest != ' ' && *rest != 'T') || !parse_clock(rest + 1, &clock))))
		return false;
	/* The days on which clocks are changed have other than 24 hours. */
	tm.tm_hour = (int)(clock / (3600 * NS_PER_S));
	tm.tm_min = (int)(clock / (60 * NS_PER_S) % 60);
	tm.tm_isdst = -1;
	midnight = mktime(&tm);
	*ns = (uint64_t)midnight * NS_PER_S + clock % (60 * NS_PER_S);
	return midnight >= 0;
}

int fpt_when__parse(struct fpt_when *when, const char *text)
{
	const char *rest = text;

	if (parse_seconds(&rest, UINT64_MAX / NS_PER_S - 1, &when->ns) && !*rest)
		when->form = when->ns / NS_PER_S < UNIX_TIMES ? FPT_WHEN_START : FPT_WHEN_UNIX;
	else if (parse_clock(text, &when->ns))
		when->form = FPT_WHEN_CLOCK;
	else if (parse_date(text, &when->ns))
		when->form = FPT_WHEN_UNIX;
	else
		return -EINVAL;
	return 0;
}

/* That time of day which is nearest to the beginning of the run. */
static int64_t nearest(uint64_t since_midnight, uint64_t first_unix_ns)
{
	time_t seconds = (time_t)(first_unix_ns / NS_PER_S);
	struct tm tm;
	int64_t ns;

	localtime_r(&seconds, &tm);
	tm.tm_hour = (int)(since_midnight / (3600 * NS_PER_S));
	tm.tm_min = (int)(since_midnight / (60 * NS_PER_S) % 60);
	tm.tm_sec = 0;
	tm.tm_isdst = -1;
	ns = (int64_t)mktime(&tm) * (int64_t)NS_PER_S + (int64_t)(since_midnight % (60 * NS_PER_S));
	if (ns - (int64_t)first_unix_ns > DAY_NS / 2)
		return ns - DAY_NS;
	return ns - (int64_t)first_unix_ns < -DAY_NS / 2 ? ns + DAY_NS : ns;
}

int64_t fpt_when__ns(const struct fpt_when *when, const struct fpt_filter_run *run)
{
	const uint64_t offset = run->realtime_offset_ns;

	switch (when->form) {
	case FPT_WHEN_START:
		return (int64_t)(run->first_ns + when->ns);
	case FPT_WHEN_CLOCK:
		return nearest(when->ns, run->first_ns + offset) - (int64_t)offset;
	default:
		return (int64_t)(when->ns - offset);
	}
}

/* ---- events ---- */

int fpt_filter__add_check(struct fpt_filter *filter, const char *name)
{
	bool found = false;
	int check;

	for (check = 0; check < FPT_CHECK_MAX; check++) {
		const struct fpt_check_info *info = &fpt_checks[check];

		if (strcmp(info->id, name) != 0 && strcasecmp(info->invariant, name) != 0)
			continue;
		filter->check[check] = found = true;
	}
	filter->some_checks = true;
	return found ? 0 : -ENOENT;
}

static bool in_time(const struct fpt_filter *filter, const struct fpt_filter_run *run,
		    uint64_t ts_ns)
{
	if (filter->since.form && (int64_t)ts_ns < fpt_when__ns(&filter->since, run))
		return false;
	return !filter->until.form || (int64_t)ts_ns <= fpt_when__ns(&filter->until, run);
}

bool fpt_filter__is_backwards(const struct fpt_filter *filter, const struct fpt_filter_run *run)
{
	return filter->since.form && filter->until.form &&
	       fpt_when__ns(&filter->since, run) > fpt_when__ns(&filter->until, run);
}

/* @mount: of that device; NULL if it is not known */
static bool is_mount(const struct fpt_filter *filter, uint32_t dev, const struct fpt_mount *mount)
{
	size_t length = strlen(filter->mount);
	char words[FPT_VALUE_MAX];

	if (strcmp(fpt_print_dev(words, sizeof(words), dev), filter->mount) == 0)
		return true;
	while (length > 1 && filter->mount[length - 1] == '/')
		length--;
	return mount && strlen(mount->path) == length &&
	       memcmp(mount->path, filter->mount, length) == 0;
}

bool fpt_filter__has_mount(const struct fpt_filter *filter, const struct fpt_mounts *mounts)
{
	size_t i;

	for (i = 0; i < mounts->count; i++)
		if (is_mount(filter, mounts->mount[i].dev, &mounts->mount[i]))
			return true;
	return false;
}

static bool on_mount(const struct fpt_filter *filter, const struct fpt_filter_run *run,
		     uint32_t dev)
{
	if (!is_mount(filter, dev, fpt_mounts__by_dev(run->mounts, dev)))
		return false;
	if (filter->met)
		*filter->met = true;
	return true;
}

/* The field's value; false if events of this kind have none of that name. */
static bool field(const struct fpt_header *event, const char *name, uint64_t *value)
{
	const struct fpt_kind_info *info = fpt_kind(event->kind);
	const struct fpt_field *found = info ? fpt_field__find(info, name) : NULL;

	if (found)
		*value = fpt_field__get(found, event);
	return found;
}

bool fpt_filter__event(const struct fpt_filter *filter, const struct fpt_filter_run *run,
		       const struct fpt_header *event)
{
	uint64_t value;

	if (filter->pid && event->tgid != filter->pid)
		return false;
	if (filter->one_nodeid && (!field(event, "nodeid", &value) || value != filter->nodeid))
		return false;
	if (filter->mount &&
	    (!field(event, "dev", &value) || !on_mount(filter, run, (uint32_t)value)))
		return false;
	return in_time(filter, run, event->ts_ns);
}

bool fpt_filter__finding(const struct fpt_filter *filter, const struct fpt_filter_run *run,
			 const struct fpt_finding *finding)
{
	if (filter->some_checks && !filter->check[finding->check])
		return false;
	if (filter->pid && finding->event->tgid != filter->pid)
		return false;
	if (filter->one_nodeid && finding->nodeid != filter->nodeid)
		return false;
	if (filter->mount && !on_mount(filter, run, finding->dev))
		return false;
	return in_time(filter, run, finding->event->ts_ns);
}
