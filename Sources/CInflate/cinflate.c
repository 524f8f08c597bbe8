// SPDX-License-Identifier: Apache-2.0

#include "CInflate.h"

#include <limits.h>
#include <zlib.h>

// zlib counts in `uInt`: callers stay far below it, and what does not is refused.
static bool fits(size_t length) { return length <= UINT_MAX; }

cinflate_outcome cinflate_decode(const uint8_t *input, size_t length, bool is_gzip,
                                 uint8_t *output, size_t capacity, size_t *written) {
    *written = 0;
    if (!fits(length)) return CINFLATE_DAMAGED;
    if (!fits(capacity)) return CINFLATE_TOO_LONG;
    z_stream stream = {
        .next_in = (Bytef *)input,
        .avail_in = (uInt)length,
        .next_out = output,
        .avail_out = (uInt)capacity,
    };
    // 16 more than the largest window asks for a gzip header instead of zlib's.
    if (inflateInit2(&stream, is_gzip ? 16 + MAX_WBITS : MAX_WBITS) != Z_OK)
        return CINFLATE_NO_MEMORY;
    int code = inflate(&stream, Z_FINISH);
    // A gzip file is one member or several, whose contents follow each other (RFC 1952, 2.2). Each
    // takes input, so that their number is bounded by its length.
    while (is_gzip && code == Z_STREAM_END && stream.avail_in > 0) {
        if (inflateReset(&stream) != Z_OK) break;
        code = inflate(&stream, Z_FINISH);
    }
    *written = capacity - stream.avail_out;
    bool has_more = stream.avail_in > 0;
    bool is_full = stream.avail_out == 0;
    inflateEnd(&stream);
    if (code == Z_STREAM_END) return has_more ? CINFLATE_DAMAGED : CINFLATE_DONE;
    if (code == Z_MEM_ERROR) return CINFLATE_NO_MEMORY;
    // Z_BUF_ERROR with room left means that the input ended early.
    if ((code == Z_BUF_ERROR || code == Z_OK) && is_full) return CINFLATE_TOO_LONG;
    return CINFLATE_DAMAGED;
}
