# SPDX-License-Identifier: BSD-2-Clause
EXTRA_PROGRAMS += %D%/limit
%C%_limit_SOURCES = %D%/limit.c
%C%_limit_LDADD =
CLEANFILES += %D%/limit$(EXEEXT)
EXTRA_DIST += %D%/allocs.c %D%/bench.py %D%/measure.py %D%/packets.py

bench: dnstap-analyse$(EXEEXT) tests/gen/gen$(EXEEXT) tests/bench/limit$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/bench/bench.py
.PHONY: bench
