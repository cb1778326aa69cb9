#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-2-Clause
# What must not stand in the code: unbounded or locale-bound functions, output and exits outside of
# cli/, casts of input bytes to structs, unfinished work.
. "$(dirname "$0")/lib.sh"
cd "$TOP_SRCDIR" || exit 99

# code FILE...: "file:line: text" without comments and with empty strings.
code() {
    awk '
        FNR == 1 { comment = 0 }
        {
            line = $0; out = ""
            while (line != "") {
                if (comment) {
                    end = index(line, "*/")
                    if (!end) break
                    line = substr(line, end + 2); comment = 0
                } else if (match(line, /"([^"\\]|\\.)*"|\047([^\047\\]|\\.)+\047|\/\*|\/\//)) {
                    token = substr(line, RSTART, RLENGTH)
                    out = out substr(line, 1, RSTART - 1)
                    line = substr(line, RSTART + RLENGTH)
                    if (token == "//") break
                    if (token == "/*") comment = 1
                    else out = out substr(token, 1, 1) substr(token, 1, 1)
                } else {
                    out = out line; break
                }
            }
            if (out ~ /[^[:space:]]/) print FILENAME ":" FNR ": " out
        }' "$@"
}

# ban REGEX EXCEPT WHY: no line of the code may match, but in files matching EXCEPT.
ban() {
    while IFS= read -r line; do
        fail "$3: $line"
    done < <(grep -E "$1" <<<"$all" | grep -vE "^($2):")
}

mapfile -t files < <(sources)
all=$(code "${files[@]}")
none='-'
word='(^|[^A-Za-z0-9_])'
ban "${word}(strcpy|strcat|strncat|stpcpy|sprintf|vsprintf|gets|strtok|atoi|atol|atof)\(" "$none" \
    'banned, unbounded or unchecked'
ban "${word}(gmtime|localtime|ctime|asctime|setlocale|alloca)\(" 'src/cli/.*\.c' 'banned'
ban "${word}(gmtime|localtime|ctime|asctime|alloca)\(" "$none" 'banned'
ban "${word}(gmtime_r|localtime_r|timegm|mktime|strftime)\(" 'src/base/when\.c' \
    'calendars belong in base/when.c'
ban "${word}(memcpy|memmove|mempcpy)\(" 'src/base/[a-z]+\.[ch]' 'copies go through base/memory.h'
ban "${word}(malloc|calloc|realloc|reallocarray|strdup|strndup)\(" 'src/base/memory\.c' \
    'allocation goes through base/memory.h'
ban "${word}(stderr|perror|err|errx|warn|warnx)([^A-Za-z0-9_]|$)" \
    'src/cli/[a-z-]+\.[ch]|src/base/memory\.c' 'only cli/ speaks to standard error'
ban "${word}(exit|_exit|abort|getenv|secure_getenv)\(" 'src/cli/[a-z-]+\.c|src/base/memory\.c' \
    'only cli/ exits and reads the environment'
ban '\((const )?(struct|union) [a-z_0-9]+ \*\)[[:space:]]*[A-Za-z_(&]' \
    'src/(base|session|lookup|report|render|cli)/[a-z-]+\.[ch]' 'no casts of input bytes to structs'

# In comments too.
while IFS= read -r line; do
    fail "unfinished: $line"
done < <(grep -nE '(^|[^A-Za-z])(TODO|FIXME|XXX|HACK)([^A-Za-z]|$)' "${files[@]}")
for file in "${files[@]}"; do
    read -r first <"$file"
    [ "$first" = '// SPDX-License-Identifier: BSD-2-Clause' ] || fail "$file: no SPDX line"
done
finish
