# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/build.c \
	%D%/cluster.h \
	%D%/coredns.c \
	%D%/coredns.h \
	%D%/corefile.c \
	%D%/corefile.h \
	%D%/draft.c \
	%D%/draft.h \
	%D%/expect.c \
	%D%/expect.h \
	%D%/fields.c \
	%D%/fields.h \
	%D%/forwards.c \
	%D%/forwards.h \
	%D%/names.c \
	%D%/names.h \
	%D%/place.c \
	%D%/place.h \
	%D%/read.c \
	%D%/store.c \
	%D%/store.h
