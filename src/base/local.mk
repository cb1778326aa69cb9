# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/addr.c \
	%D%/addr.h \
	%D%/bytes.c \
	%D%/bytes.h \
	%D%/error.c \
	%D%/error.h \
	%D%/field.c \
	%D%/field.h \
	%D%/filter.c \
	%D%/filter.h \
	%D%/filter-inside.h \
	%D%/filter-judge.c \
	%D%/filter-lexer.c \
	%D%/filter-network.c \
	%D%/filter-operand.c \
	%D%/filter-parse.c \
	%D%/filter-pattern.c \
	%D%/filter-place.c \
	%D%/limits.h \
	%D%/lru.c \
	%D%/lru.h \
	%D%/map.c \
	%D%/map.h \
	%D%/memory.c \
	%D%/memory.h \
	%D%/sketch.c \
	%D%/sketch.h \
	%D%/text.c \
	%D%/text.h \
	%D%/value.c \
	%D%/value.h \
	%D%/when.c \
	%D%/when-parse.c \
	%D%/when.h
