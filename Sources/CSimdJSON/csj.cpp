// SPDX-License-Identifier: Apache-2.0
//
// Source: G. Langdale, D. Lemire, "Parsing Gigabytes of JSON per Second", VLDB Journal 28 (2019),
// https://github.com/simdjson/simdjson. The DOM interface is used, since it validates all of the
// text, not only what is looked at.

#include "csj.h"

#include <simdjson.h>

#include <cmath>
#include <cstring>
#include <memory>
#include <new>
#include <string_view>
#include <vector>

namespace {

namespace dom = simdjson::dom;

// Deeper texts are left to the caller, whose own limit is not below this one.
constexpr size_t depth_max = 32;

// Memory for bodies above this is given back after each: a thread keeps some 15 bytes a byte.
constexpr size_t kept_length_max = 1 << 20;

struct column {
    std::string_view name;
    uint8_t kind;
    // Index among the columns of its kind.
    size_t place;
    // Index of the first category among the texts.
    size_t first_category;
    size_t category_count;
};

std::string_view text_at(const csj_columns &columns, size_t index) {
    const uint32_t start = index == 0 ? 0 : columns.text_ends[index - 1];
    const auto *texts = reinterpret_cast<const char *>(columns.texts);
    return {texts + start, columns.text_ends[index] - start};
}

// Fills `result` and returns true when the columns fit.
bool describe(const csj_columns &columns, column *result) {
    if (columns.column_count > CSJ_COLUMNS_MAX) return false;
    size_t text = 0, number_count = 0, category_columns = 0;
    for (size_t index = 0; index < columns.column_count; index++) {
        column &column = result[index];
        column.name = text_at(columns, text);
        column.kind = columns.kinds[index];
        column.place = column.kind == CSJ_COLUMN_CODE ? category_columns++ : number_count++;
        column.first_category = text + 1;
        column.category_count = columns.category_counts[index];
        text += 1 + column.category_count;
    }
    return true;
}

[[gnu::always_inline]] inline bool read_double(dom::element value, double &number) {
    switch (value.type()) {
        case dom::element_type::INT64: number = double(value.get_int64().value_unsafe()); break;
        case dom::element_type::UINT64: number = double(value.get_uint64().value_unsafe()); break;
        case dom::element_type::DOUBLE: number = value.get_double().value_unsafe(); break;
        case dom::element_type::BOOL: number = value.get_bool().value_unsafe() ? 1 : 0; break;
        case dom::element_type::NULL_VALUE: number = NAN; break;
        default: return false;
    }
    return true;
}

bool read_number(dom::element value, float &result) {
    double number;
    if (!read_double(value, number)) return false;
    // Zero has one sign: an integer of this library does not know "-0".
    const float rounded = float(number) + 0.0f;
    if (std::isinf(rounded)) return false;
    result = rounded;
    return true;
}

bool read_boolean(dom::element value, float &result) {
    double number;
    if (!read_double(value, number)) return false;
    if (!std::isnan(number) && number != 0 && number != 1) return false;
    result = float(number) + 0.0f;
    return true;
}

// Whether a text may be one of those that mean "no value", which the caller knows: they are short
// and begin with one of a few letters.
bool may_mean_missing(std::string_view text) {
    return text.size() <= 8 && std::strchr("#-1<Nn", text.front()) != nullptr;
}

// What is no index of a category.
constexpr int missing_category = -1, unknown_category = -2;

// Texts without escapes have no other white space.
std::string_view without_spaces(std::string_view text) {
    const size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(' ') + 1 - first);
}

// The index of a category, or one of the two codes: writes what `cell` makes of it to `result`.
template <typename Cell, typename Make>
[[gnu::always_inline]] inline bool read_category(dom::element value, const csj_columns &columns,
                                                 const column &column, Cell &result, Make cell) {
    // Of duplicate names the last one counts, also when it says nothing.
    result = cell(missing_category);
    if (value.is_null()) return true;
    std::string_view text;
    if (value.get(text) != simdjson::SUCCESS || text.size() > columns.category_length_max) {
        return false;
    }
    text = without_spaces(text);
    if (text.empty()) return true;
    for (size_t code = 0; code < column.category_count; code++) {
        if (text_at(columns, column.first_category + code) == text) {
            result = cell(int(code));
            return true;
        }
    }
    result = cell(unknown_category);
    return !may_mean_missing(text);
}

bool read_code(dom::element value, const csj_columns &columns, const column &column,
               uint8_t &result) {
    return read_category(value, columns, column, result, [](int index) -> uint8_t {
        if (index == missing_category) return CSJ_MISSING_CODE;
        return index == unknown_category ? CSJ_UNKNOWN_CODE : uint8_t(index);
    });
}

bool read_index(dom::element value, const csj_columns &columns, const column &column,
                float &result) {
    return read_category(value, columns, column, result, [&](int index) -> float {
        if (index == missing_category) return NAN;
        return index == unknown_category ? columns.unknown_number : float(index);
    });
}

// A column that is neither one of numbers nor one of codes.
[[gnu::noinline]] bool read_other(dom::element value, const csj_columns &columns,
                                  const column &column, float &result) {
    return column.kind == CSJ_COLUMN_BOOLEAN ? read_boolean(value, result)
                                             : read_index(value, columns, column, result);
}

}  // namespace

// Bodies above this are looked at for their depth before all of them is read.
constexpr size_t long_length = 1 << 16;
// So much of them.
constexpr size_t depth_scan_length = 1 << 12;

// Whether the beginning of a text is nested deeper than is read. What is taken for the end of a
// string here ends it in every text without escapes, and others are left alone.
static bool begins_too_deep(const uint8_t *body, size_t length) {
    size_t depth = 0;
    bool is_text = false;
    for (size_t index = 0; index < length; index++) {
        const uint8_t byte = body[index];
        if (byte == '"') is_text = !is_text;
        if (is_text) continue;
        if (byte == '[' || byte == '{') depth++;
        if ((byte == ']' || byte == '}') && depth > 0) depth--;
        if (depth > depth_max) return true;
    }
    return false;
}

struct csj_document {
    dom::parser parser;
    std::vector<uint8_t> padded;
    std::vector<csj_member> members;
    dom::array list;
    size_t row_count = 0;

    bool open(const uint8_t *body, size_t length, std::string_view list_name);
    bool add_member(std::string_view name, dom::element value);
    bool can_be_kept() const { return padded.capacity() <= kept_length_max; }
};

bool csj_document::add_member(std::string_view name, dom::element value) {
    csj_member member{name.data(), name.size(), CSJ_NULL, 0, "", 0};
    switch (value.type()) {
        case dom::element_type::NULL_VALUE: break;
        case dom::element_type::BOOL:
            member.kind = CSJ_BOOL;
            member.number = value.get_bool().value_unsafe() ? 1 : 0;
            break;
        case dom::element_type::INT64:
            member.kind = CSJ_INTEGER;
            member.number = double(value.get_int64().value_unsafe());
            break;
        case dom::element_type::UINT64:
            member.kind = CSJ_INTEGER;
            member.number = double(value.get_uint64().value_unsafe());
            break;
        case dom::element_type::DOUBLE:
            member.kind = CSJ_REAL;
            member.number = value.get_double().value_unsafe();
            break;
        case dom::element_type::STRING: {
            const std::string_view text = value.get_string().value_unsafe();
            member.kind = CSJ_TEXT;
            member.text = text.data();
            member.text_length = text.size();
            break;
        }
        default: return false;
    }
    members.push_back(member);
    return true;
}

bool csj_document::open(const uint8_t *body, size_t length, std::string_view list_name) {
    if (length > long_length && begins_too_deep(body, depth_scan_length)) return false;
    // Parsers disagree about some escapes, and about a byte order mark.
    if (length == 0 || body[0] == 0xEF || std::memchr(body, '\\', length) != nullptr) return false;
    members.clear();
    if (padded.size() < length + simdjson::SIMDJSON_PADDING) {
        padded.resize(length + simdjson::SIMDJSON_PADDING);
    }
    std::memcpy(padded.data(), body, length);
    if (parser.capacity() < length && parser.allocate(length, depth_max) != simdjson::SUCCESS) {
        return false;
    }
    dom::object object;
    if (parser.parse(padded.data(), length, false).get(object) != simdjson::SUCCESS) return false;
    bool has_list = false;
    for (const auto field : object) {
        if (field.key == list_name) {
            if (has_list || field.value.get(list) != simdjson::SUCCESS) return false;
            has_list = true;
        } else if (!add_member(field.key, field.value)) {
            return false;
        }
    }
    if (!has_list) return false;
    // The list's own count saturates at 2^24 - 1, beyond what is accepted.
    row_count = list.size();
    return row_count > 0;
}

namespace {
// The document that this thread used last.
thread_local std::unique_ptr<csj_document> kept;
}

csj_document *csj_open(const uint8_t *body, size_t length, const char *list_name,
                       size_t list_name_length) {
    std::unique_ptr<csj_document> document = std::move(kept);
    if (!document) document.reset(new (std::nothrow) csj_document);
    if (document && document->open(body, length, {list_name, list_name_length})) {
        return document.release();
    }
    if (document) csj_close(document.release());
    return nullptr;
}

void csj_close(csj_document *document) {
    std::unique_ptr<csj_document> owned(document);
    if (owned->can_be_kept()) kept = std::move(owned);
}

size_t csj_row_count(const csj_document *document) { return document->row_count; }

size_t csj_member_count(const csj_document *document) { return document->members.size(); }

csj_member csj_member_at(const csj_document *document, size_t index) {
    return document->members[index];
}

bool csj_read_columns(const csj_document *document, const csj_columns *columns, float *numbers,
                      uint8_t *codes, size_t *unknown_count) {
    *unknown_count = 0;
    column described[CSJ_COLUMNS_MAX];
    if (!describe(*columns, described)) return false;
    const size_t column_count = columns->column_count, row_count = document->row_count;
    // Records of one sender name their features in one order: the column of a field is looked for
    // where the record before had it.
    size_t order[CSJ_COLUMNS_MAX] = {};
    uint64_t seen = 0;
    size_t row = 0;
    for (const dom::element element : document->list) {
        dom::object record;
        if (row == row_count || element.get(record) != simdjson::SUCCESS) return false;
        size_t position = 0;
        for (const auto field : record) {
            const size_t slot = position++ % CSJ_COLUMNS_MAX;
            size_t index = order[slot];
            if (index >= column_count || described[index].name != field.key) {
                for (index = 0; index < column_count; index++) {
                    if (described[index].name == field.key) break;
                }
                order[slot] = index;
            }
            if (index == column_count) {
                (*unknown_count)++;
                continue;
            }
            const column &column = described[index];
            const size_t cell = column.place * row_count + row;
            const bool is_read =
                column.kind == CSJ_COLUMN_NUMBER ? read_number(field.value, numbers[cell])
                : column.kind == CSJ_COLUMN_CODE
                ? read_code(field.value, *columns, column, codes[cell])
                : read_other(field.value, *columns, column, numbers[cell]);
            if (!is_read) return false;
            seen |= uint64_t(1) << index;
        }
        row++;
    }
    const uint64_t all = column_count == 64 ? ~uint64_t(0) : (uint64_t(1) << column_count) - 1;
    return row == row_count && seen == all;
}
