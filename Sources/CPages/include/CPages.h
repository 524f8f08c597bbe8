// SPDX-License-Identifier: Apache-2.0
//
// The files that the server gives to browsers, as constants of the program.
#ifndef CPAGES_H
#define CPAGES_H

#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// The files of `assets`, by their names.
typedef enum {
    CPAGES_ACCESS_JS,
    CPAGES_CARD_JS,
    CPAGES_CHARTS_JS,
    CPAGES_CSV_JS,
    CPAGES_CURVES_JS,
    CPAGES_DOCS_CSS,
    CPAGES_DOCS_HTML,
    CPAGES_DOCS_JS,
    CPAGES_DRAWING_JS,
    CPAGES_DRIFT_JS,
    CPAGES_ESTIMATES_JS,
    CPAGES_FORM_JS,
    CPAGES_ICON_SVG,
    CPAGES_JOBS_JS,
    CPAGES_JUDGMENT_JS,
    CPAGES_NUMBERS_JS,
    CPAGES_OPENAPI_JSON,
    CPAGES_OUTCOME_JS,
    CPAGES_PAGE_CSS,
    CPAGES_PAGE_HTML,
    CPAGES_PAGE_JS,
    CPAGES_QUALITY_JS,
    CPAGES_REASONS_JS,
    CPAGES_SERVER_JS,
    CPAGES_TABLE_JS,
    CPAGES_THEME_JS,
    CPAGES_THRESHOLD_JS,
    CPAGES_VERSIONS_JS,
    CPAGES_WORDS_JS,
} cpages_name;

// A file without the end of its last line. The bytes are there as long as the program.
typedef struct {
    const uint8_t *bytes;
    size_t count;
} cpages_file;

cpages_file cpages_get(cpages_name name);

#pragma clang assume_nonnull end

#endif
