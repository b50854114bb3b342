/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which events the user wants, decided before anything is recorded.  All tests
 * are on constants of the run, so an unused filter costs nothing.
 */
#ifndef FPT_FILTER_BPF_H
#define FPT_FILTER_BPF_H

static __always_inline bool comm_matches(void)
{
	char comm[16];
	int i, tail = 0, length = 0;

	bpf_get_current_comm(comm, sizeof(comm));
	for (i = 0; i < 16; i++) {
		if (!config.comm[i])
			break;
		if (config.comm[i] != comm[i])
			return false;
	}
	if (config.comm_mode == FPT_COMM_EXACT)
		return i == 16 || !comm[i];
	for (int j = 0; j < 16 && comm[j]; j++)
		length++;
	for (int j = 0; j < 16 && config.comm_tail[j]; j++)
		tail++;
	if (length < i + tail)
		return false;
	for (int j = 0; j < 16; j++) {
		if (!config.comm_tail[j])
			break;
		if (comm[(length - tail + j) & 15] != config.comm_tail[j])
			return false;
	}
	return true;
}

static __always_inline bool task_wanted(void)
{
	__u32 tgid = bpf_get_current_pid_tgid() >> 32;

	if (config.tgid && tgid != config.tgid)
		return false;
	if (config.not_tgid && tgid == config.not_tgid)
		return false;
	if (config.comm_mode != FPT_COMM_ANY && comm_matches() == !!config.comm_not)
		return false;
	return true;
}

static __always_inline bool dev_wanted(__u32 dev)
{
	return !config.dev || dev == config.dev;
}

/* Either number may be the one the user knows: nodeid, or what ls -i shows. */
static __always_inline bool ino_wanted(__u64 nodeid, __u64 ino)
{
	return !config.ino || nodeid == config.ino || ino == config.ino;
}

static __always_inline bool inode_wanted(struct inode *inode)
{
	if (!dev_wanted(config.dev ? BPF_CORE_READ(inode, i_sb, s_dev) : 0))
		return false;
	if (config.ino && !ino_wanted(BPF_CORE_READ((struct FUSE(inode) *)inode, nodeid),
				      BPF_CORE_READ(inode, i_ino)))
		return false;
	return true;
}

static __always_inline bool wanted(struct inode *inode)
{
	return inode_wanted(inode) && task_wanted();
}

#endif
