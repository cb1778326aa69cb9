# SPDX-License-Identifier: BSD-2-Clause
# Common to the shell tests; sourced. `make check` sets the variables; by hand, run from the build
# folder, they are guessed.
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
TOP_SRCDIR=${TOP_SRCDIR:-$(dirname "$here")}
TOP_BUILDDIR=${TOP_BUILDDIR:-$PWD}
FIXTURES=${FIXTURES:-$TOP_SRCDIR/fixtures}
TOOL=${TOOL:-$TOP_BUILDDIR/dnstap-analyse}
export TOP_SRCDIR TOP_BUILDDIR FIXTURES TOOL

failures=0
# Says what went wrong and goes on; `finish` ends the test.
fail() {
    printf 'FAIL: %s\n' "$*" >&2
    failures=$((failures + 1))
}
skip() {
    printf 'SKIP: %s\n' "$*" >&2
    exit 77
}
finish() {
    [ "$failures" -eq 0 ] || { printf '%s failed\n' "$failures" >&2; exit 1; }
    exit 0
}
# A folder of the test's own in $work, gone at its end.
make_work() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/dnstap-analyse-test.XXXXXX") || exit 99
    trap 'rm -rf "$work"' EXIT
}
# The C files and headers of the program, one a line, as paths from the top.
sources() {
    (cd "$TOP_SRCDIR" && find src -name '*.[ch]' | LC_ALL=C sort)
}
