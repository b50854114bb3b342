// SPDX-License-Identifier: GPL-2.0-only
/* libbpf's handlers for our sections, for the time of a load. */
#include "attach.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

/* libbpf's callbacks take a long; what they need is kept here for the load. */
static struct {
	const struct fpt_target *target;
	int btf_fd; /* of the module; 0 means vmlinux, to the kernel as well */
} loading;

static int prepare(struct bpf_program *program, struct bpf_prog_load_opts *opts, long cookie)
{
	int hook;

	(void)cookie;
	for (hook = 0; hook < FPT_HOOK_MAX; hook++) {
		if (strcmp(fpt_hooks[hook].program, bpf_program__name(program)) != 0)
			continue;
		opts->attach_btf_id = loading.target->hook[hook].btf_id;
		opts->attach_btf_obj_fd = fpt_target__is_kernel_hook(hook) ? 0 : loading.btf_fd;
		return 0;
	}
	return -ENOENT;
}

/* The fd of a module's BTF; the id in /sys/kernel/btf is not to be had. */
static int module_btf_fd(const char *module)
{
	uint32_t id = 0;

	while (bpf_btf_get_next_id(id, &id) == 0) {
		char name[64] = "";
		struct bpf_btf_info info = { .name = (uintptr_t)name, .name_len = sizeof(name) };
		uint32_t size = sizeof(info);
		int fd = bpf_btf_get_fd_by_id(id);

		if (fd < 0)
			continue;
		if (!bpf_obj_get_info_by_fd(fd, &info, &size) && info.kernel_btf &&
		    strcmp(name, module) == 0)
			return fd;
		close(fd);
	}
	return -errno;
}

/*
 * Once in a process, and for good: libbpf before 1.3 keeps a dangling pointer when
 * the last handler is unregistered.
 */
static int register_handlers(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = prepare);
	static const enum bpf_attach_type types[] = { BPF_TRACE_FENTRY, BPF_TRACE_FEXIT };
	static const char *const sections[] = { "fentry", "fexit" };
	static bool registered;
	int i, handler;

	if (registered)
		return 0;
	for (i = 0; i < 2; i++) {
		handler = libbpf_register_prog_handler(sections[i], BPF_PROG_TYPE_TRACING, types[i],
						       &opts);
		if (handler < 0)
			return handler;
	}
	registered = true;
	return 0;
}

int fpt_attach__begin(const struct fpt_target *target)
{
	memset(&loading, 0, sizeof(loading));
	loading.target = target;
	if (target->in_module) {
		loading.btf_fd = module_btf_fd(target->name);
		if (loading.btf_fd < 0)
			return loading.btf_fd;
	}
	return register_handlers();
}

void fpt_attach__end(void)
{
	if (loading.btf_fd > 0)
		close(loading.btf_fd);
	memset(&loading, 0, sizeof(loading));
}
