// SPDX-License-Identifier: Apache-2.0

#include "CPages.h"

// Clang has #embed in every version of C, and says that the standard has it since C23.
#pragma clang diagnostic ignored "-Wc23-extensions"

static const uint8_t access_js[] = {
#embed "assets/access.js"
};
static const uint8_t card_js[] = {
#embed "assets/card.js"
};
static const uint8_t charts_js[] = {
#embed "assets/charts.js"
};
static const uint8_t csv_js[] = {
#embed "assets/csv.js"
};
static const uint8_t curves_js[] = {
#embed "assets/curves.js"
};
static const uint8_t docs_css[] = {
#embed "assets/docs.css"
};
static const uint8_t docs_html[] = {
#embed "assets/docs.html"
};
static const uint8_t docs_js[] = {
#embed "assets/docs.js"
};
static const uint8_t drawing_js[] = {
#embed "assets/drawing.js"
};
static const uint8_t drift_js[] = {
#embed "assets/drift.js"
};
static const uint8_t estimates_js[] = {
#embed "assets/estimates.js"
};
static const uint8_t form_js[] = {
#embed "assets/form.js"
};
static const uint8_t icon_svg[] = {
#embed "assets/icon.svg"
};
static const uint8_t jobs_js[] = {
#embed "assets/jobs.js"
};
static const uint8_t judgment_js[] = {
#embed "assets/judgment.js"
};
static const uint8_t numbers_js[] = {
#embed "assets/numbers.js"
};
static const uint8_t openapi_json[] = {
#embed "assets/openapi.json"
};
static const uint8_t outcome_js[] = {
#embed "assets/outcome.js"
};
static const uint8_t page_css[] = {
#embed "assets/page.css"
};
static const uint8_t page_html[] = {
#embed "assets/page.html"
};
static const uint8_t page_js[] = {
#embed "assets/page.js"
};
static const uint8_t quality_js[] = {
#embed "assets/quality.js"
};
static const uint8_t reasons_js[] = {
#embed "assets/reasons.js"
};
static const uint8_t server_js[] = {
#embed "assets/server.js"
};
static const uint8_t table_js[] = {
#embed "assets/table.js"
};
static const uint8_t theme_js[] = {
#embed "assets/theme.js"
};
static const uint8_t threshold_js[] = {
#embed "assets/threshold.js"
};
static const uint8_t versions_js[] = {
#embed "assets/versions.js"
};
static const uint8_t words_js[] = {
#embed "assets/words.js"
};

#define FILE(array) {array, sizeof array - 1}

static const cpages_file files[] = {
    [CPAGES_ACCESS_JS] = FILE(access_js),
    [CPAGES_CARD_JS] = FILE(card_js),
    [CPAGES_CHARTS_JS] = FILE(charts_js),
    [CPAGES_CSV_JS] = FILE(csv_js),
    [CPAGES_CURVES_JS] = FILE(curves_js),
    [CPAGES_DOCS_CSS] = FILE(docs_css),
    [CPAGES_DOCS_HTML] = FILE(docs_html),
    [CPAGES_DOCS_JS] = FILE(docs_js),
    [CPAGES_DRAWING_JS] = FILE(drawing_js),
    [CPAGES_DRIFT_JS] = FILE(drift_js),
    [CPAGES_ESTIMATES_JS] = FILE(estimates_js),
    [CPAGES_FORM_JS] = FILE(form_js),
    [CPAGES_ICON_SVG] = FILE(icon_svg),
    [CPAGES_JOBS_JS] = FILE(jobs_js),
    [CPAGES_JUDGMENT_JS] = FILE(judgment_js),
    [CPAGES_NUMBERS_JS] = FILE(numbers_js),
    [CPAGES_OPENAPI_JSON] = FILE(openapi_json),
    [CPAGES_OUTCOME_JS] = FILE(outcome_js),
    [CPAGES_PAGE_CSS] = FILE(page_css),
    [CPAGES_PAGE_HTML] = FILE(page_html),
    [CPAGES_PAGE_JS] = FILE(page_js),
    [CPAGES_QUALITY_JS] = FILE(quality_js),
    [CPAGES_REASONS_JS] = FILE(reasons_js),
    [CPAGES_SERVER_JS] = FILE(server_js),
    [CPAGES_TABLE_JS] = FILE(table_js),
    [CPAGES_THEME_JS] = FILE(theme_js),
    [CPAGES_THRESHOLD_JS] = FILE(threshold_js),
    [CPAGES_VERSIONS_JS] = FILE(versions_js),
    [CPAGES_WORDS_JS] = FILE(words_js),
};

cpages_file cpages_get(cpages_name name) { return files[name]; }
