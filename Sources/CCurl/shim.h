// SPDX-License-Identifier: Apache-2.0
//
// Swift cannot call variadic C functions. Each option and each piece of information that is used
// has a typed forward here; nothing else happens in them.
#ifndef CCURL_SHIM_H
#define CCURL_SHIM_H

#include <curl/curl.h>
#include <stddef.h>

/// Moves at most `size * count` bytes; returns how many were taken or given.
typedef size_t (*ccurl_transfer)(char *_Nonnull bytes, size_t size, size_t count,
                                 void *_Nullable context);

static inline CURLcode ccurl_set_long(CURL *_Nonnull handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode ccurl_set_size(CURL *_Nonnull handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

/// libcurl copies the string, but for CURLOPT_POSTFIELDS.
static inline CURLcode ccurl_set_string(CURL *_Nonnull handle, CURLoption option,
                                        const char *_Nullable value) {
    return curl_easy_setopt(handle, option, value);
}

/// The list must live until the transfer has ended.
static inline CURLcode ccurl_set_headers(CURL *_Nonnull handle,
                                         struct curl_slist *_Nullable headers) {
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers);
}

/// For CURLOPT_WRITEFUNCTION, CURLOPT_READFUNCTION and CURLOPT_HEADERFUNCTION.
static inline CURLcode ccurl_set_transfer(CURL *_Nonnull handle, CURLoption option,
                                          ccurl_transfer _Nullable function) {
    return curl_easy_setopt(handle, option, function);
}

/// For CURLOPT_WRITEDATA, CURLOPT_READDATA, CURLOPT_HEADERDATA and CURLOPT_XFERINFODATA.
static inline CURLcode ccurl_set_context(CURL *_Nonnull handle, CURLoption option,
                                         void *_Nullable context) {
    return curl_easy_setopt(handle, option, context);
}

/// Called about once a second; a result other than 0 ends the transfer.
static inline CURLcode ccurl_set_progress(CURL *_Nonnull handle,
                                          curl_xferinfo_callback _Nullable function) {
    return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, function);
}

static inline CURLcode ccurl_get_long(CURL *_Nonnull handle, CURLINFO info, long *_Nonnull value) {
    return curl_easy_getinfo(handle, info, value);
}

#endif
