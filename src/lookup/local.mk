# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/client.c \
	%D%/fields.c \
	%D%/inside.h \
	%D%/lookup.c \
	%D%/lookup.h \
	%D%/match.c \
	%D%/name.c \
	%D%/orphan.c \
	%D%/outcome.c \
	%D%/query.c \
	%D%/step.c \
	%D%/store.c \
	%D%/stub.c \
	%D%/turn.c \
	%D%/words.c
