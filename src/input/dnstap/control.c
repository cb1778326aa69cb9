// SPDX-License-Identifier: BSD-2-Clause
#include "input/dnstap/control.h"

#include <fstrm.h>
#include <string.h>

#include "base/bytes.h"
#include "base/limits.h"

#define CONTENT_TYPE "protobuf:dnstap.Dnstap"
#define CONTENT_TYPE_LEN (sizeof CONTENT_TYPE - 1)

static void print_other(char *to, size_t size, const uint8_t *at, size_t len)
{
    size_t n = 0;

    for (; n < len && n < size - 1; n++)
        to[n] = at[n] >= 0x20 && at[n] < 0x7f ? (char)at[n] : '?';
    to[n] = 0;
}

static void read_content_types(struct fstrm_control *codec, struct control *control)
{
    const uint8_t *at;
    size_t len;

    if (fstrm_control_get_num_field_content_type(codec, &control->content_types) !=
        fstrm_res_success)
        control->content_types = 0;
    control->dnstap = control->content_types == 0;
    for (size_t i = 0; i < control->content_types; i++) {
        if (fstrm_control_get_field_content_type(codec, i, &at, &len) != fstrm_res_success)
            continue;
        if (len == CONTENT_TYPE_LEN && memcmp(at, CONTENT_TYPE, len) == 0)
            control->dnstap = true;
        else if (!control->other[0])
            print_other(control->other, sizeof control->other, at, len);
    }
}

struct control control_read(struct fstrm_control *codec, const uint8_t *at, size_t len)
{
    struct control control = {.type = CONTROL_BAD};
    fstrm_control_type type;

    fstrm_control_reset(codec);
    if (fstrm_control_decode(codec, at, len, 0) != fstrm_res_success ||
        fstrm_control_get_type(codec, &type) != fstrm_res_success)
        return control;
    switch (type) {
    case FSTRM_CONTROL_ACCEPT:
        control.type = CONTROL_ACCEPT;
        break;
    case FSTRM_CONTROL_START:
        control.type = CONTROL_START;
        break;
    case FSTRM_CONTROL_STOP:
        control.type = CONTROL_STOP;
        break;
    case FSTRM_CONTROL_READY:
        control.type = CONTROL_READY;
        break;
    case FSTRM_CONTROL_FINISH:
        control.type = CONTROL_FINISH;
        break;
    }
    read_content_types(codec, &control);
    return control;
}

bool control_begins(const uint8_t *at, size_t len)
{
    struct bytes bytes = bytes_of(at, len);
    uint32_t escape = bytes_be32(&bytes), size = bytes_be32(&bytes), type = bytes_be32(&bytes);
    uint32_t field, text_len;
    struct slice text;

    if (bytes.bad || escape != 0 || (type != FSTRM_CONTROL_START && type != FSTRM_CONTROL_READY))
        return false;
    if (size == sizeof type)
        return true;
    field = bytes_be32(&bytes);
    text_len = bytes_be32(&bytes);
    text = bytes_slice(&bytes, CONTENT_TYPE_LEN);
    return !bytes.bad && size <= LIMIT_CONTROL_BYTES && field == FSTRM_CONTROL_FIELD_CONTENT_TYPE &&
           text_len == CONTENT_TYPE_LEN && memcmp(text.at, CONTENT_TYPE, CONTENT_TYPE_LEN) == 0;
}

size_t control_search(const uint8_t *at, size_t len)
{
    const uint8_t *from = at, *end = at + len, *hit;

    while ((size_t)(end - from) >= CONTROL_SIGNATURE) {
        hit = memmem(from, (size_t)(end - from), "\0\0\0\0\0\0", 6);
        if (!hit)
            break;
        if (control_begins(hit, (size_t)(end - hit)))
            return (size_t)(hit - at);
        from = hit + 1;
    }
    return len;
}
