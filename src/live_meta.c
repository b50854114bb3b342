// SPDX-License-Identifier: GPL-2.0-only
/*
 * The meta text of a log: what people and scripts want to know of a run without
 * reading its events.  What the checker needs is in the records instead.
 */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "json.h"
#include "live.h"
#include "value.h"
#include "version.h"

static void put(struct fpt_json *json, const char *key, const char *text)
{
	fpt_json_key(json, key);
	fpt_json_string(json, text && *text ? text : NULL);
}

/* The first line of a small file, such as those of sysfs; "" without it. */
static void read_small(const char *path, char *out, size_t size)
{
	FILE *file = fopen(path, "re");

	*out = '\0';
	if (!file)
		return;
	if (fgets(out, (int)size, file))
		out[strcspn(out, "\n")] = '\0';
	fclose(file);
}

static void put_module(struct fpt_json *json, const char *name)
{
	static const char *const files[] = { "version", "srcversion", "taint" };
	char path[128], line[128];
	struct stat st;
	size_t i;

	snprintf(path, sizeof(path), "/sys/module/%s", name);
	fpt_json_key(json, "module");
	if (stat(path, &st)) {
		fpt_json_string(json, NULL);
		return;
	}
	fpt_json_begin(json);
	put(json, "name", name);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "/sys/module/%s/%s", name, files[i]);
		read_small(path, line, sizeof(line));
		put(json, files[i], line);
	}
	fpt_json_end(json);
}

static void put_hooks(struct fpt_json *json, const struct fpt_target *target, const char *key,
		      bool on)
{
	int hook;

	fpt_json_key(json, key);
	fpt_json_begin_array(json);
	for (hook = 0; hook < FPT_HOOK_MAX; hook++)
		if ((target->hook[hook].function[0] != '\0') == on)
			fpt_json_string(json, fpt_hooks[hook].program);
	fpt_json_end_array(json);
}

static void put_targets(struct fpt_json *json, const struct fpt_live *live)
{
	int i;

	fpt_json_key(json, "targets");
	fpt_json_begin_array(json);
	for (i = 0; i < FPT_TARGET_IDS; i++) {
		const struct fpt_target *target = &live->target[i];

		if (!target->present)
			continue;
		fpt_json_begin(json);
		put(json, "fstype", target->name);
		put_module(json, target->name);
		fpt_json_key(json, "passthrough_ino_bit");
		fpt_json_unsigned(json, target->ino_bit);
		put_hooks(json, target, "hooks_on", true);
		put_hooks(json, target, "hooks_off", false);
		fpt_json_end(json);
	}
	fpt_json_end_array(json);
}

static void put_mounts(struct fpt_json *json, const struct fpt_mounts *mounts)
{
	char dev[FPT_VALUE_MAX];
	size_t i;

	fpt_json_key(json, "mounts");
	fpt_json_begin_array(json);
	for (i = 0; i < mounts->count; i++) {
		const struct fpt_mount *mount = &mounts->mount[i];

		if (!fpt_mount__is_fuse(mount))
			continue;
		fpt_json_begin(json);
		put(json, "dev", fpt_print_dev(dev, sizeof(dev), mount->dev));
		put(json, "fstype", mount->fstype);
		put(json, "path", mount->path);
		fpt_json_end(json);
	}
	fpt_json_end_array(json);
}

/* Those of other mount namespaces too; none where fusectl is not mounted. */
static void put_connections_of(struct fpt_json *json, const char *name)
{
	char path[512], line[64];
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/sys/fs/%s/connections", name);
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		fpt_json_begin(json);
		put(json, "fstype", name);
		put(json, "number", entry->d_name); /* the minor number of dev */
		snprintf(path, sizeof(path), "/sys/fs/%s/connections/%s/waiting", name,
			 entry->d_name);
		read_small(path, line, sizeof(line));
		put(json, "waiting", line);
		fpt_json_end(json);
	}
	if (dir)
		closedir(dir);
}

static void put_clocks(struct fpt_json *json, const struct fpt_run_record *run)
{
	fpt_json_key(json, "clocks");
	fpt_json_begin(json);
	put(json, "events", "CLOCK_MONOTONIC");
	fpt_json_key(json, "begin_ns");
	fpt_json_unsigned(json, run->h.ts_ns);
	fpt_json_key(json, "realtime_offset_ns");
	fpt_json_unsigned(json, run->realtime_offset_ns);
	fpt_json_end(json);
}

char *fpt_live__meta(const struct fpt_live *live)
{
	const struct fpt_run_record *run = &live->session.run;
	char *text = NULL;
	size_t size;
	struct fpt_json json = { .out = open_memstream(&text, &size) };
	int i;

	if (!json.out)
		return NULL;
	fpt_json_begin(&json);
	put(&json, "fusept", FPT_VERSION);
	put(&json, "host", run->host);
	put(&json, "boot_id", run->boot_id);
	put(&json, "kernel", run->kernel);
	put_clocks(&json, run);
	put_targets(&json, live);
	put_mounts(&json, &live->mounts);
	fpt_json_key(&json, "connections");
	fpt_json_begin_array(&json);
	for (i = 0; i < FPT_TARGET_IDS; i++)
		if (live->target[i].present)
			put_connections_of(&json, live->target[i].name);
	fpt_json_end_array(&json);
	fpt_json_end(&json);
	fclose(json.out);
	return text;
}
