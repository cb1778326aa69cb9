# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/contents.c \
	%D%/contents.h \
	%D%/detail.c \
	%D%/detail.h \
	%D%/ede.c \
	%D%/ede.h \
	%D%/message.c \
	%D%/message.h \
	%D%/name.c \
	%D%/name.h \
	%D%/probe.c \
	%D%/probe.h \
	%D%/spelling.c \
	%D%/spelling.h \
	%D%/words.c \
	%D%/words.h
