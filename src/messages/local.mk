# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/fields.c \
	%D%/fields.h \
	%D%/latency.c \
	%D%/lists.c \
	%D%/log.c \
	%D%/messages.h
