# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/access.c \
	%D%/access.h \
	%D%/csv.c \
	%D%/format.h \
	%D%/formats.c \
	%D%/formats.h \
	%D%/grid.c \
	%D%/grid.h \
	%D%/json.c \
	%D%/output.c \
	%D%/output.h \
	%D%/page.c \
	%D%/page.h \
	%D%/page-head.c \
	%D%/page-left-out.c \
	%D%/page-lists.c \
	%D%/page-upstreams.c \
	%D%/plan.c \
	%D%/plan.h \
	%D%/scalar.c \
	%D%/scalar.h \
	%D%/table.c \
	%D%/utf8.c \
	%D%/utf8.h \
	%D%/yaml.c
