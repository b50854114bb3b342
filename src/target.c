// SPDX-License-Identifier: GPL-2.0-only
/*
 * Resolves hooks, argument positions and enum values from BTF.  Never decides
 * by kernel version: a distribution's backport or a user's own patch counts.
 */
#include "target.h"

#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define HOOK_ROW(program, function, event) { #program, function, FPT_##event },
const struct fpt_hook fpt_hooks[FPT_HOOK_MAX] = { FPT_HOOKS(HOOK_ROW) };
#undef HOOK_ROW

#define INO_BIT_PATH "/sys/module/fusept/parameters/passthrough_ino_bit"

void fpt_target__function_name(enum fpt_target_id id, const char *function, char *name, size_t size)
{
	const char *fuse = strstr(function, "fuse");

	if (id == FPT_TARGET_ID_FUSE)
		snprintf(name, size, "%s", function);
	else if (fuse)
		snprintf(name, size, "%.*sfusept%s", (int)(fuse - function), function, fuse + 4);
	else
		snprintf(name, size, "fusept_%s", function);
}

/* The first of "a|b" that BTF knows as a function; its name goes to @found. */
static const struct btf_type *find_function(const struct btf *btf, enum fpt_target_id id,
					    const char *functions, char *found, size_t size)
{
	char one[64];
	int type_id;

	while (*functions) {
		size_t length = strcspn(functions, "|");

		snprintf(one, sizeof(one), "%.*s", (int)length, functions);
		fpt_target__function_name(id, one, found, size);
		type_id = btf__find_by_name_kind(btf, found, BTF_KIND_FUNC);
		if (type_id > 0)
			return btf__type_by_id(btf, btf__type_by_id(btf, type_id)->type);
		functions += length + (functions[length] == '|');
	}
	found[0] = '\0';
	return NULL;
}

/* The struct name a parameter points to, or its own name if it is no pointer. */
static const char *parameter_type(const struct btf *btf, const struct btf_param *param)
{
	const struct btf_type *type = btf__type_by_id(btf, param->type);

	while (type && (btf_is_ptr(type) || btf_is_mod(type)))
		type = btf__type_by_id(btf, type->type);
	return type ? btf__name_by_offset(btf, type->name_off) : "";
}

/* Which parameter points to fuse's struct @suffix; -1 if none. */
static int parameter_index(const struct btf *btf, const struct btf_type *proto,
			   enum fpt_target_id id, const char *type_name)
{
	const struct btf_param *params = btf_params(proto);
	char wanted[64];
	int i;

	if (strncmp(type_name, "fuse_", 5) == 0)
		fpt_target__function_name(id, type_name, wanted, sizeof(wanted));
	else
		snprintf(wanted, sizeof(wanted), "%s", type_name);
	for (i = 0; i < btf_vlen(proto); i++)
		if (strcmp(parameter_type(btf, &params[i]), wanted) == 0)
			return i;
	return -1;
}

/* Signatures differ between versions of the series: positions come from types. */
static void resolve_arguments(struct fpt_target *target, const struct btf *btf, int hook,
			      const struct btf_type *proto)
{
	const char *program = fpt_hooks[hook].program;
	struct fpt_config *config = &target->config;
	int at = 0;

	if (strcmp(program, "uncached_start_entry") == 0) {
		at = parameter_index(btf, proto, target->id, "fuse_backing");
		config->start_fb_arg = at;
	} else if (strcmp(program, "init_entry") == 0) {
		at = parameter_index(btf, proto, target->id, "fuse_args");
		config->init_args_arg = at;
		config->init_error_arg = btf_vlen(proto) - 1;
	} else if (strcmp(program, "passthrough_open_entry") == 0) {
		at = parameter_index(btf, proto, target->id, "int");
		config->passthrough_id_arg = at;
	}
	if (at < 0)
		target->function[hook][0] = '\0';
}

/* fuse_inode's state bits are an anonymous enum, which CO-RE cannot relocate. */
static int enum_value(const struct btf *btf, const char *name)
{
	unsigned int id, count = btf__type_cnt(btf);

	for (id = 1; id < count; id++) {
		const struct btf_type *type = btf__type_by_id(btf, id);
		const struct btf_enum *value = btf_enum(type);
		int i;

		if (!btf_is_enum(type))
			continue;
		for (i = 0; i < btf_vlen(type); i++)
			if (strcmp(btf__name_by_offset(btf, value[i].name_off), name) == 0)
				return value[i].val;
	}
	return -1;
}

static void read_ino_bit(struct fpt_target *target)
{
	FILE *file = target->id == FPT_TARGET_ID_FUSEPT ? fopen(INO_BIT_PATH, "re") : NULL;

	if (!file)
		return;
	if (fscanf(file, "%u", &target->ino_bit) != 1 || target->ino_bit > 63)
		target->ino_bit = 0;
	fclose(file);
	target->config.ino_bit = target->ino_bit;
}

static int resolve(struct fpt_target *target, const struct btf *btf)
{
	int hook, cache_io = enum_value(btf, "FUSE_I_CACHE_IO_MODE");
	int bad = enum_value(btf, "FUSE_I_BAD");

	/* Without the io-mode bit this is a fuse from before 6.9. */
	if (cache_io < 0 || bad < 0)
		return 0;
	target->present = true;
	target->config.target = target->id;
	target->config.cache_io_bit = cache_io;
	target->config.bad_bit = bad;
	for (hook = 0; hook < FPT_HOOK_MAX; hook++) {
		const struct btf_type *proto =
			find_function(btf, target->id, fpt_hooks[hook].functions,
				      target->function[hook], sizeof(target->function[hook]));

		if (proto)
			resolve_arguments(target, btf, hook, proto);
	}
	read_ino_bit(target);
	return 0;
}

int fpt_target__probe(struct fpt_target *target, enum fpt_target_id id)
{
	struct btf *vmlinux, *module = NULL;
	int err;

	memset(target, 0, sizeof(*target));
	target->id = id;
	target->name = id == FPT_TARGET_ID_FUSE ? "fuse" : "fusept";
	vmlinux = btf__load_vmlinux_btf();
	if (!vmlinux)
		return -ENOTSUP;
	/* fuse may be built in or a module; the bundled one is always a module. */
	module = btf__load_module_btf(target->name, vmlinux);
	err = 0;
	if (module)
		err = resolve(target, module);
	else if (id == FPT_TARGET_ID_FUSE)
		err = resolve(target, vmlinux);
	btf__free(module);
	btf__free(vmlinux);
	return err;
}

unsigned long long fpt_target__events(const struct fpt_target *target)
{
	unsigned long long events = 0, missing = 0;
	int hook;

	for (hook = 0; hook < FPT_HOOK_MAX; hook++) {
		events |= 1ULL << fpt_hooks[hook].event;
		if (!target->function[hook][0])
			missing |= 1ULL << fpt_hooks[hook].event;
	}
	return target->present ? events & ~missing : 0;
}
