# SPDX-License-Identifier: BSD-2-Clause
EXTRA_PROGRAMS += %D%/limit %D%/stages
%C%_limit_SOURCES = %D%/limit.c
%C%_limit_LDADD =
%C%_stages_SOURCES = %D%/stages.c
%C%_stages_LDADD = libanalyse.a $(LIBRARY_LIBS)
CLEANFILES += %D%/limit$(EXEEXT) %D%/stages$(EXEEXT)
EXTRA_DIST += %D%/allocs.c %D%/bench.py %D%/measure.py %D%/packets.py

bench: dnstap-analyse$(EXEEXT) tests/gen/gen$(EXEEXT) tests/bench/limit$(EXEEXT) \
		tests/bench/stages$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/bench/bench.py
.PHONY: bench
