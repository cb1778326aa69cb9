# SPDX-License-Identifier: BSD-2-Clause
libanalyse_a_SOURCES += \
	%D%/baseline.c \
	%D%/compare.c \
	%D%/condition-gate.c \
	%D%/finding-gate.c \
	%D%/gate.h \
	%D%/gates.c \
	%D%/inside.h \
	%D%/metric.c \
	%D%/snapshot.c \
	%D%/tolerance.c
