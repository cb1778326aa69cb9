# SPDX-License-Identifier: BSD-2-Clause
# Captures changed at random, and such as fill every table; INTEROP_DIRS names more folders with
# seeds.
EXTRA_DIST += %D%/capture.py %D%/files.py %D%/growth.py %D%/harmless.py %D%/invent.py \
	%D%/judge.py %D%/packets.py %D%/robust.py

robust: dnstap-analyse$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/robust/growth.py
	$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/robust/robust.py
.PHONY: robust
