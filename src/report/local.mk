# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/compact.c \
	%D%/compact.h \
	%D%/document.h \
	%D%/facts.c \
	%D%/fields.c \
	%D%/fields.h \
	%D%/fields-inputs.c \
	%D%/fields-rows.c \
	%D%/fields-slow.c \
	%D%/fields-upstreams.c \
	%D%/findings.c \
	%D%/findings.h \
	%D%/keys.c \
	%D%/keys.h \
	%D%/latency.c \
	%D%/lookups.c \
	%D%/moments.c \
	%D%/moments.h \
	%D%/objects.c \
	%D%/parts.c \
	%D%/parts.h \
	%D%/paths.c \
	%D%/report.c \
	%D%/report.h \
	%D%/servers.c \
	%D%/slow.c \
	%D%/tally.h \
	%D%/timeline.c \
	%D%/tops.c \
	%D%/totals.c \
	%D%/unseen.c \
	%D%/upstream-rows.c \
	%D%/upstreams.c \
	%D%/upstreams.h \
	%D%/verdict.c
