# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/call.c \
	%D%/connect.c \
	%D%/copies.c \
	%D%/ending.c \
	%D%/fronts.c \
	%D%/hosts.c \
	%D%/inputs.c \
	%D%/inside.h \
	%D%/match.c \
	%D%/repeat.c \
	%D%/suppose.c \
	%D%/table.c \
	%D%/tie.c \
	%D%/twin.c \
	%D%/wire.c \
	%D%/wire.h
