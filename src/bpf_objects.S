/* SPDX-License-Identifier: GPL-2.0-only */
/* The compiled programs of bpf/, carried inside the binary. */
	.section .rodata
	.balign 16
	.global fpt_bpf_fuse, fpt_bpf_fuse_end
fpt_bpf_fuse:
	.incbin "fuse.bpf.o"
fpt_bpf_fuse_end:
	.balign 16
	.global fpt_bpf_fusept, fpt_bpf_fusept_end
fpt_bpf_fusept:
	.incbin "fusept.bpf.o"
fpt_bpf_fusept_end:
	.section .note.GNU-stack, "", @progbits
