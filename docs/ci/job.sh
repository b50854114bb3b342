#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A job for any CI that runs a shell: as root, in the project's folder, with fusept-trace in PATH.
# It ends with the status of fusept-trace; the reports stay in the folder.
set -eu

# Ends the job with 77 where the kernel has nothing to trace.
fusept-trace --features
fusept-trace -c --junit out.xml -o html:out.html -w run.log --expect healthy.jq -- make test
