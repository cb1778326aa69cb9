# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/clash.c \
	%D%/clash.h \
	%D%/columns.c \
	%D%/columns.h \
	%D%/completion.c \
	%D%/explain.c \
	%D%/explain.h \
	%D%/field-list.c \
	%D%/field-list.h \
	%D%/help.c \
	%D%/help.h \
	%D%/manual.c \
	%D%/nearest.c \
	%D%/nearest.h \
	%D%/option-table.c \
	%D%/options.c \
	%D%/options.h \
	%D%/packet-options.c \
	%D%/packet-options.h \
	%D%/pipeline.c \
	%D%/pipeline.h \
	%D%/progress.c \
	%D%/progress.h \
	%D%/rows.c \
	%D%/rows.h \
	%D%/schema.c \
	%D%/stop.c \
	%D%/stop.h \
	%D%/style.c \
	%D%/style.h \
	%D%/tick.c \
	%D%/tick.h \
	%D%/told.c \
	%D%/told.h
