// SPDX-License-Identifier: BSD-2-Clause
#include "base/value.h"

struct value value_share(double share)
{
    return share >= 0 ? (struct value){.kind = VALUE_SHARE, .share = share} : value_null();
}

struct value value_number(double number)
{
    bool plain = number - number == 0; /* neither NaN nor infinite */

    return plain ? (struct value){.kind = VALUE_NUMBER, .share = number} : value_null();
}
