# SPDX-License-Identifier: BSD-2-Clause
# HTML reports in a real browser; skipped where there is none, unless BROWSER_MUST=1.
EXTRA_DIST += %D%/browser.py %D%/chromium.py %D%/pages.js

browser: dnstap-analyse$(EXEEXT)
	$(AM_TESTS_ENVIRONMENT) $(PYTHON3) $(srcdir)/tests/browser/browser.py
.PHONY: browser
