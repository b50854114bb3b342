// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes the schema: events, checks, hooks and reasons from their tables, the
 * rest as the writers in json.c, out_json.c and document.c have it.  No text in
 * the tables needs an escape in JSON; the tests parse what comes out.
 */
#include "schema.h"

#include <string.h>

#include "check.h"
#include "coverage.h"
#include "record.h"
#include "table.h"
#include "target.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/*
 * What a member is: a type, or "type?" if it can be null; "=word" for just that
 * word; "@name" for one of the definitions, "[@name" for a list of those.
 */
struct member {
	const char *key, *is;
};

/* What goes before an item of a list. */
static const char *comma(bool *more)
{
	const char *words = *more ? ",\n\t\t\t" : "\n\t\t\t";

	*more = true;
	return words;
}

static void write_is(FILE *out, const char *is)
{
	int length = (int)strlen(is);

	if (*is == '=')
		fprintf(out, "{ \"const\": \"%s\" }", is + 1);
	else if (*is == '@')
		fprintf(out, "{ \"$ref\": \"#/$defs/%s\" }", is + 1);
	else if (is[length - 1] == '?')
		fprintf(out, "{ \"type\": [ \"%.*s\", \"null\" ] }", length - 1, is);
	else
		fprintf(out, "{ \"type\": \"%s\" }", is);
}

static void write_member(FILE *out, bool *more, const char *key, const char *is)
{
	fprintf(out, "%s\"%s\": ", comma(more), key);
	if (*is != '[') {
		write_is(out, is);
		return;
	}
	fputs("{ \"type\": \"array\", \"items\": ", out);
	write_is(out, is + 1);
	fputs(" }", out);
}

static void begin_object(FILE *out, const char *name)
{
	fprintf(out, "\t\t\"%s\": {\n", name);
	fputs("\t\t\t\"type\": \"object\",\n\t\t\t\"additionalProperties\": false,\n", out);
	fputs("\t\t\t\"properties\": {", out);
}

static void begin_required(FILE *out)
{
	fputs("\n\t\t\t},\n\t\t\t\"required\": [", out);
}

static void end_object(FILE *out)
{
	fputs("\n\t\t\t]\n\t\t},\n", out);
}

static void write_required(FILE *out, bool *more, const char *key)
{
	fprintf(out, "%s\"%s\"", comma(more), key);
}

static void write_object(FILE *out, const char *name, const struct member *members, size_t count)
{
	bool more = false;
	size_t i;

	begin_object(out, name);
	for (i = 0; i < count; i++)
		write_member(out, &more, members[i].key, members[i].is);
	begin_required(out);
	for (more = false, i = 0; i < count; i++)
		write_required(out, &more, members[i].key);
	end_object(out);
}

/* As write_field() of json.c has it. */
static const char *is_of(const struct fpt_field *field)
{
	switch (field->format) {
	case FPT_FORMAT_BOOL:
		return "boolean";
	case FPT_FORMAT_NS:
		return "@count";
	case FPT_FORMAT_ERRNO:
		return "integer";
	case FPT_FORMAT_HEX:
	case FPT_FORMAT_KEY:
		return "@hex";
	case FPT_FORMAT_OCT:
		return "@octal";
	case FPT_FORMAT_DEV:
		return "@dev";
	case FPT_FORMAT_DEC:
		return field->size < 8 ? "integer" : "@id";
	default:
		return "string";
	}
}

static const struct member event_head[] = {
	{ "ts", "@count" },  { "cpu", "@count" }, { "seq", "@count" },
	{ "pid", "@count" }, { "tid", "@count" },
};

static bool is_record(const struct fpt_kind_info *info)
{
	return info->kind >= FPT_RECORD_FIRST;
}

/* A record's type is its name; all events have one type, and a name beside it. */
static void write_event(FILE *out, const struct fpt_kind_info *info)
{
	const struct fpt_field *field, *end = info->fields + info->nfields;
	char words[80];
	bool more = false;
	size_t i;

	snprintf(words, sizeof(words), "%s%s", is_record(info) ? "" : "event_", info->name);
	begin_object(out, words);
	snprintf(words, sizeof(words), "=%s", info->name);
	write_member(out, &more, "type", is_record(info) ? words : "=event");
	if (!is_record(info))
		write_member(out, &more, "event", words);
	for (i = 0; i < COUNT(event_head); i++)
		write_member(out, &more, event_head[i].key, event_head[i].is);
	for (field = info->fields; field < end; field++) {
		if (field->format != FPT_FORMAT_HIDDEN)
			write_member(out, &more, field->name, is_of(field));
		snprintf(words, sizeof(words), "%s_name", field->name);
		if (field->format == FPT_FORMAT_ERRNO)
			write_member(out, &more, words, "string");
	}
	if (!is_record(info))
		write_member(out, &more, "called_from", "[string");
	begin_required(out);
	more = false;
	write_required(out, &more, "type");
	if (!is_record(info))
		write_required(out, &more, "event");
	for (i = 0; i < COUNT(event_head); i++)
		write_required(out, &more, event_head[i].key);
	for (field = info->fields; field < end; field++)
		if (field->format != FPT_FORMAT_HIDDEN)
			write_required(out, &more, field->name);
	end_object(out);
}

/* "If it is that, then it is this": a validator's complaint is then about the right one. */
static void write_choice(FILE *out, bool *more, const char *key, const char *value,
			 const char *prefix)
{
	fprintf(out, "%s{ \"if\": { \"properties\": { \"%s\": { \"const\": \"%s\" } } },",
		comma(more), key, value);
	fprintf(out, " \"then\": { \"$ref\": \"#/$defs/%s%s\" } }", prefix, value);
}

static void write_events(FILE *out)
{
	static const struct member unknown[] = {
		{ "type", "=event" }, { "event", "=unknown" }, { "ts", "@count" },
		{ "cpu", "@count" },  { "seq", "@count" },     { "pid", "@count" },
		{ "tid", "@count" },  { "kind", "@count" },
	};
	const struct fpt_kind_info *info;
	bool more = false;
	size_t i = 0;

	while ((info = fpt_kinds(&i)))
		write_event(out, info);
	write_object(out, "event_unknown", unknown, COUNT(unknown));
	fputs("\t\t\"event\": {\n\t\t\t\"required\": [ \"event\" ],\n\t\t\t\"properties\": {\n",
	      out);
	fputs("\t\t\t\"event\": { \"enum\": [", out);
	for (i = 0; (info = fpt_kinds(&i));)
		if (!is_record(info))
			write_required(out, &more, info->name);
	write_required(out, &more, "unknown");
	fputs(" ] } },\n\t\t\t\"allOf\": [", out);
	for (more = false, i = 0; (info = fpt_kinds(&i));)
		if (!is_record(info))
			write_choice(out, &more, "event", info->name, "event_");
	write_choice(out, &more, "event", "unknown", "event_");
	fputs("\n\t\t\t]\n\t\t},\n", out);
}

/* Objects with a member for each row of a table. */
static void write_tables(FILE *out)
{
	struct member checks[FPT_CHECK_MAX], hooks[FPT_HOOK_MAX], reasons[FPT_REASON_MAX];
	struct member kinds[128];
	const struct fpt_kind_info *info;
	size_t i, count = 0;

	for (i = 0; i < FPT_CHECK_MAX; i++)
		checks[i] = (struct member){ fpt_checks[i].id, "@check" };
	for (i = 0; i < FPT_HOOK_MAX; i++)
		hooks[i] = (struct member){ fpt_hooks[i].program, "@state" };
	for (i = 0; i < FPT_REASON_MAX; i++)
		reasons[i] = (struct member){ fpt_reasons[i].name, "integer?" };
	for (i = 0; (info = fpt_kinds(&i)) && count < COUNT(kinds);)
		if (info->kind < 64)
			kinds[count++] = (struct member){ info->name, "@count" };
	write_object(out, "checks", checks, FPT_CHECK_MAX);
	write_object(out, "hooks", hooks, FPT_HOOK_MAX);
	write_object(out, "reasons", reasons, FPT_REASON_MAX);
	write_object(out, "events", kinds, count);
}

// clang-format off
static const struct {
	const char *name;
	struct member member[40];
} objects[] = {
	{ "header", {
		{ "type", "=header" }, { "version", "@version" }, { "fusept", "string" },
		{ "kernel", "string" }, { "host", "string" }, { "boot_id", "string" },
		{ "realtime_offset_ns", "@id" }, { "log", "string?" }, { "events", "@extent" } } },
	{ "batch", { { "type", "=batch" }, { "lost", "@count" }, { "missed", "@count" } } },
	{ "gap", { { "type", "=gap" } } },
	{ "end", {
		{ "type", "=end" }, { "lost", "@count" }, { "missed", "@count" },
		{ "produced", "@count" } } },
	{ "finding", {
		{ "type", "=finding" }, { "check", "@check_id" }, { "who", "@who" },
		{ "severity", "@severity" }, { "invariant", "string" }, { "mount", "string" },
		{ "nodeid", "@id" }, { "name", "string" }, { "text", "string" },
		{ "remedy", "string" }, { "witness", "@event" } } },
	{ "summary", {
		{ "type", "=summary" }, { "verdict", "@verdict" }, { "exit", "@count" },
		{ "violations", "@count" }, { "warnings", "@count" }, { "suspects", "@count" },
		{ "produced", "@count" }, { "lost", "@count" }, { "cpus", "[@processor" },
		{ "missed", "@count" }, { "not_judged", "@count" }, { "unproven", "@count" },
		{ "gaps", "@count" }, { "impossible", "@count" }, { "first_impossible", "string?" },
		{ "ended", "boolean" }, { "cut", "string?" },
		{ "command", "string?" }, { "command_status", "integer?" },
		{ "opens", "@opens" }, { "bytes", "@bytes" }, { "events", "@events" },
		{ "checks", "@checks" }, { "log", "string?" }, { "fusept", "string" },
		{ "kernel", "string" },
		{ "host", "string" }, { "boot_id", "string" }, { "realtime_offset_ns", "@id" },
		{ "first_ns", "@count" }, { "last_ns", "@count" }, { "filter", "@filter" },
		{ "targets", "[@traced" }, { "mounts", "[@mounted" },
		{ "assertions", "[@assertion" } } },
	{ "processor", {
		{ "cpu", "@count" }, { "produced", "@count" }, { "recorded", "@count" },
		{ "lost", "@count" } } },
	{ "share", { { "count", "integer?" }, { "share", "number?" } } },
	{ "opens", {
		{ "count", "integer?" }, { "eligible", "@share" }, { "served", "@share" },
		{ "passthrough", "@share" }, { "cached", "@share" }, { "direct", "@share" },
		{ "failed", "@share" }, { "reasons", "@reasons" }, { "refused", "@refused" } } },
	{ "way", { { "read", "integer?" }, { "written", "integer?" } } },
	{ "bytes", { { "backing", "@way" }, { "server", "@way" }, { "missed", "integer?" } } },
	{ "ways", { { "backing", "@way" }, { "server", "@way" } } },
	{ "check", {
		{ "count", "@count" }, { "severity", "@severity" }, { "who", "@who" },
		{ "state", "@state" } } },
	{ "filter", { { "ino", "string?" }, { "dev", "string?" }, { "processes", "boolean" } } },
	{ "traced", { { "name", "string" }, { "ino_bit", "@count" }, { "hooks", "@hooks" } } },
	{ "mounted", { { "path", "string" }, { "fstype", "string" }, { "dev", "@dev" },
		{ "bytes", "@ways" } } },
	{ "assertion", {
		{ "assertion", "string" }, { "file", "string?" }, { "line", "integer?" },
		{ "holds", "boolean" }, { "found", "string?" } } },
};

static const char head[] =
"{\n"
"\t\"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
"\t\"$id\": \"urn:fusept:json-lines:1\",\n"
"\t\"title\": \"A line of the JSON Lines that fusept-trace and fusept-audit write\",\n"
"\t\"type\": \"object\",\n"
"\t\"required\": [ \"type\" ],\n"
"\t\"properties\": { \"type\": { \"enum\": [";

static const char tail[] =
"\t\t\"version\": { \"const\": 1 },\n"
"\t\t\"extent\": { \"enum\": [ \"all\", \"shown\", \"none\" ] },\n"
"\t\t\"count\": { \"type\": \"integer\", \"minimum\": 0 },\n"
"\t\t\"id\": { \"type\": \"string\", \"pattern\": \"^-?[0-9]+$\" },\n"
"\t\t\"hex\": { \"type\": \"string\", \"pattern\": \"^0(x[0-9a-f]+)?$\" },\n"
"\t\t\"octal\": { \"type\": \"string\", \"pattern\": \"^0[0-7]*$\" },\n"
"\t\t\"dev\": { \"type\": \"string\", \"pattern\": \"^[0-9]+:[0-9]+$\" },\n"
"\t\t\"state\": { \"enum\": [ \"on\", \"off\" ] },\n"
"\t\t\"who\": { \"enum\": [ \"kernel\", \"server\", \"environment\" ] },\n"
"\t\t\"severity\": { \"enum\": [ \"violation\", \"warning\", \"suspect\" ] },\n"
"\t\t\"verdict\": { \"enum\": [ \"pass\", \"violation\", \"inconclusive\" ] },\n"
"\t\t\"refused\": { \"type\": \"object\",\n"
"\t\t\t\"propertyNames\": { \"$ref\": \"#/$defs/check_id\" },\n"
"\t\t\t\"additionalProperties\": { \"$ref\": \"#/$defs/count\" } },\n"
"\t\t\"check_id\": { \"enum\": [";
// clang-format on

/* The types of lines: @choices with what each has to be, else their names alone. */
static void write_types(FILE *out, bool choices)
{
	static const char *const lines[] = { "header", "event",	  "batch",  "gap",
					     "end",    "finding", "summary" };
	const struct fpt_kind_info *info;
	bool more = false;
	size_t i;

	for (i = 0; i < COUNT(lines); i++)
		choices ? write_choice(out, &more, "type", lines[i], "")
			: write_required(out, &more, lines[i]);
	for (i = 0; (info = fpt_kinds(&i));) {
		if (!is_record(info))
			continue;
		choices ? write_choice(out, &more, "type", info->name, "")
			: write_required(out, &more, info->name);
	}
}

void fpt_schema__write(FILE *out)
{
	bool more = false;
	size_t i, count;

	fputs(head, out);
	write_types(out, false);
	fputs(" ] } },\n\t\"allOf\": [", out);
	write_types(out, true);
	fputs("\n\t],\n\t\"$defs\": {\n", out);
	write_events(out);
	write_tables(out);
	for (i = 0; i < COUNT(objects); i++) {
		for (count = 0; objects[i].member[count].key;)
			count++;
		write_object(out, objects[i].name, objects[i].member, count);
	}
	fputs(tail, out);
	for (i = 0; i < FPT_CHECK_MAX; i++)
		write_required(out, &more, fpt_checks[i].id);
	fputs("\n\t\t] }\n\t}\n}\n", out);
}
