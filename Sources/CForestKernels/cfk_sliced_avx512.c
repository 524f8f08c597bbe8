// SPDX-License-Identifier: Apache-2.0
//
// Bit-sliced scoring: a vector holds one bit of each of 512 rows. Every distinct condition is one
// vector (cfk_conditions_avx512.c); a tree turns them into the bits (planes) of each row's leaf
// code, by generated code or by units of six levels; codes become values by table lookup and are
// added in tree order.
//
//   planes -> bytes   8x8 transpose of bits: vpermb gathers the bytes of 8 planes, gf2p8affineqb
//                     with the identity transposes each 8x8 square
//   codes -> values   four byte planes of 128 values, vpermi2b; more codes in chunks, chosen by
//                     planes 7 to 9, which are masks already
//   bytes -> floats   interleaved within 128-bit lanes; the row order is restored once at the end
#include "cfk_planes.h"

#include <string.h>

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

enum { CHUNK_BYTES = 512, TILE_TREES = 8 };

// Where byte i of plane j goes: byte 7 - j of word i, as gf2p8affineqb counts rows downwards.
static const uint8_t byte_order[64] = {
    56, 48, 40, 32, 24, 16, 8,  0, 57, 49, 41, 33, 25, 17, 9,  1, 58, 50, 42, 34, 26, 18,
    10, 2,  59, 51, 43, 35, 27, 19, 11, 3,  60, 52, 44, 36, 28, 20, 12, 4,  61, 53, 45, 37,
    29, 21, 13, 5,  62, 54, 46, 38, 30, 22, 14, 6,  63, 55, 47, 39, 31, 23, 15, 7};

// One code byte a row, for each group of 64 rows.
INLINE void codes_of(const uint8_t *planes, unsigned plane_count, __m512i *codes) {
    for (unsigned j = 0; j < 8; j++) {
        codes[j] = j < plane_count ? _mm512_load_si512(planes + j * VECTOR)
                                   : _mm512_setzero_si512();
    }
    transpose_words(codes);
    const __m512i order = _mm512_loadu_si512(byte_order);
    const __m512i identity = _mm512_set1_epi64((long long)0x8040201008040201ull);
    for (int g = 0; g < GROUPS; g++) {
        const __m512i squares = _mm512_permutexvar_epi8(order, codes[g]);
        codes[g] = _mm512_gf2p8affine_epi64_epi8(identity, squares, 0);
    }
}

// Rows whose code lies in a chunk: planes 7 to 9 spell its number. A plane that is not there is 0.
INLINE __m512i chunk_rows(const __m512i *high_planes, unsigned chunk) {
    __m512i rows = _mm512_set1_epi64(-1);
    for (unsigned bit = 0; bit < 3; bit++) {
        const __m512i flip = _mm512_set1_epi64(chunk >> bit & 1 ? 0 : -1);
        // a & (b ^ c)
        rows = _mm512_ternarylogic_epi64(rows, high_planes[bit], flip, 0x60);
    }
    return rows;
}

// Four byte planes of 64 values as floats.
INLINE void join_bytes(const __m512i *bytes, __m512 *floats) {
    const __m512i low01 = _mm512_unpacklo_epi8(bytes[0], bytes[1]);
    const __m512i high01 = _mm512_unpackhi_epi8(bytes[0], bytes[1]);
    const __m512i low23 = _mm512_unpacklo_epi8(bytes[2], bytes[3]);
    const __m512i high23 = _mm512_unpackhi_epi8(bytes[2], bytes[3]);
    floats[0] = _mm512_castsi512_ps(_mm512_unpacklo_epi16(low01, low23));
    floats[1] = _mm512_castsi512_ps(_mm512_unpackhi_epi16(low01, low23));
    floats[2] = _mm512_castsi512_ps(_mm512_unpacklo_epi16(high01, high23));
    floats[3] = _mm512_castsi512_ps(_mm512_unpackhi_epi16(high01, high23));
}

INLINE void add_bytes(const __m512i *bytes, float *sums) {
    __m512 floats[4];
    join_bytes(bytes, floats);
    for (int v = 0; v < 4; v++) {
        const __m512 sum = _mm512_load_ps(sums + v * 16);
        _mm512_store_ps(sums + v * 16, _mm512_add_ps(sum, floats[v]));
    }
}

// Keeps an array in memory, to be read back word by word.
INLINE void pin(const void *array) { __asm__ volatile("" : : "r"(array) : "memory"); }

// Adds the values of one tree's leaf codes to 512 sums.
static void add_leaves(const uint8_t *planes, const cfk_sliced_tree *tree, const uint8_t *tables,
                       float *sums) {
    __m512i codes[GROUPS];
    codes_of(planes, tree->plane_count, codes);
    uint64_t masks[8][GROUPS];
    if (tree->chunk_count > 1) {
        __m512i high[3];
        for (unsigned bit = 0; bit < 3; bit++) {
            high[bit] = bit + 7 < tree->plane_count
                            ? _mm512_load_si512(planes + (bit + 7) * VECTOR)
                            : _mm512_setzero_si512();
        }
        for (unsigned chunk = 1; chunk < tree->chunk_count; chunk++) {
            _mm512_storeu_si512(masks[chunk], chunk_rows(high, chunk));
        }
    }
    pin(masks);
    const uint8_t *first = tables + tree->table_offset;
    for (int g = 0; g < GROUPS; g += 4) {
        __m512i bytes[4][4];
#pragma clang loop unroll(full)
        for (int b = 0; b < 4; b++) {
            const uint8_t *table = first + b * 2 * VECTOR;
            const __m512i low = _mm512_load_si512(table);
            const __m512i high = _mm512_load_si512(table + VECTOR);
#pragma clang loop unroll(full)
            for (int i = 0; i < 4; i++) {
                bytes[i][b] = _mm512_permutex2var_epi8(low, codes[g + i], high);
            }
        }
        for (unsigned chunk = 1; chunk < tree->chunk_count; chunk++) {
#pragma clang loop unroll(full)
            for (int b = 0; b < 4; b++) {
                const uint8_t *table = first + chunk * CHUNK_BYTES + b * 2 * VECTOR;
                const __m512i low = _mm512_load_si512(table);
                const __m512i high = _mm512_load_si512(table + VECTOR);
#pragma clang loop unroll(full)
                for (int i = 0; i < 4; i++) {
                    const __m512i found = _mm512_permutex2var_epi8(low, codes[g + i], high);
                    bytes[i][b] = _mm512_mask_mov_epi8(bytes[i][b], masks[chunk][g + i], found);
                }
            }
        }
        for (int i = 0; i < 4; i++) add_bytes(bytes[i], sums + (g + i) * 64);
    }
}

// Trees of at most 64 codes, SMALL_TREES at a time: one vector holds a byte of all values of a
// tree, the tables of all stay in registers, and the sums are fetched once.
enum { SMALL_PLANES = 6, SMALL_TREES = 4 };

static void add_small(const __m512i (*codes)[GROUPS], const cfk_sliced_tree *trees,
                      const uint8_t *tables, float *sums) {
    __m512i table[SMALL_TREES][4];
#pragma clang loop unroll(full)
    for (int t = 0; t < SMALL_TREES; t++) {
#pragma clang loop unroll(full)
        for (int b = 0; b < 4; b++) {
            table[t][b] = _mm512_load_si512(tables + trees[t].table_offset + b * 2 * VECTOR);
        }
    }
    for (int g = 0; g < GROUPS; g++, sums += 64) {
        __m512 sum[4];
        for (int v = 0; v < 4; v++) sum[v] = _mm512_load_ps(sums + v * 16);
#pragma clang loop unroll(full)
        for (int t = 0; t < SMALL_TREES; t++) {
            __m512i bytes[4];
            __m512 floats[4];
#pragma clang loop unroll(full)
            for (int b = 0; b < 4; b++) {
                bytes[b] = _mm512_permutexvar_epi8(codes[t][g], table[t][b]);
            }
            join_bytes(bytes, floats);
            for (int v = 0; v < 4; v++) sum[v] = _mm512_add_ps(sum[v], floats[v]);
        }
        for (int v = 0; v < 4; v++) _mm512_store_ps(sums + v * 16, sum[v]);
    }
}

// MARK: units

// The planes of subtrees, lowest first: a subtree of height h has h of them.
typedef struct {
    __m512i plane[6];
} unit_planes;

INLINE __m512i load_condition(const uint8_t *conditions, uint16_t number) {
    return _mm512_load_si512(conditions + (size_t)number * VECTOR);
}

// decision ? right : left
INLINE __m512i choose(__m512i decision, __m512i right, __m512i left) {
    return _mm512_ternarylogic_epi64(decision, right, left, 0xCA);
}

// A subtree of `height` levels from its halves.
INLINE unit_planes join(__m512i decision, const unit_planes *left, const unit_planes *right,
                        int height) {
    unit_planes joined;
#pragma clang loop unroll(full)
    for (int p = 0; p < height - 1; p++) {
        joined.plane[p] = choose(decision, right->plane[p], left->plane[p]);
    }
    joined.plane[height - 1] = decision;
    return joined;
}

#define SUBTREE(height, below)                                                                  \
    INLINE unit_planes subtree##height(const uint8_t *conditions, const uint16_t *heap,         \
                                       int entry) {                                             \
        const unit_planes left = subtree##below(conditions, heap, 2 * entry);                   \
        const unit_planes right = subtree##below(conditions, heap, 2 * entry + 1);              \
        return join(load_condition(conditions, heap[entry]), &left, &right, height);            \
    }

INLINE unit_planes subtree1(const uint8_t *conditions, const uint16_t *heap, int entry) {
    unit_planes planes;
    planes.plane[0] = load_condition(conditions, heap[entry]);
    return planes;
}
SUBTREE(2, 1)
SUBTREE(3, 2)
SUBTREE(4, 3)
SUBTREE(5, 4)
SUBTREE(6, 5)

enum { UNIT_LEVELS = 6, UNIT_CONDITIONS = 63, PLANES_MAX = 10 };

// Joins the two subtrees on top of the stack, of `level` levels each.
INLINE void join_stack(__m512i decision, unsigned level, __m512i *left) {
    const __m512i *right = left + PLANES_MAX;
    for (unsigned p = 0; p < level; p++) left[p] = choose(decision, right[p], left[p]);
    left[level] = decision;
}

// Runs the units of a tree; its planes end in stack[0 ..< plane_count].
static void run_units(const uint8_t *conditions, const uint16_t *numbers, unsigned plane_count,
                      __m512i *stack) {
    const unsigned unit_count = 1u << (plane_count - UNIT_LEVELS);
    __m512i *top = stack;
    for (unsigned unit = 0; unit < unit_count; unit++) {
        const unit_planes planes = subtree6(conditions, numbers - 1, 1);
        for (int p = 0; p < UNIT_LEVELS; p++) top[p] = planes.plane[p];
        numbers += UNIT_CONDITIONS;
        top += PLANES_MAX;
        // An odd unit is the right half of a subtree, which may be a right half in turn.
        for (unsigned half = unit, level = UNIT_LEVELS; half & 1; half >>= 1, level++) {
            top -= PLANES_MAX;
            join_stack(load_condition(conditions, *numbers++), level, top - PLANES_MAX);
        }
    }
}

// MARK: all trees

typedef void (*tree_code)(const uint8_t *conditions, uint8_t *planes);

INLINE void find_planes(const cfk_sliced_forest *forest, const cfk_sliced_tree *tree,
                        const uint8_t *conditions, uint8_t *planes) {
    if (forest->code) {
        const tree_code code = (tree_code)(uintptr_t)(forest->code + tree->program_offset);
        code(conditions, planes);
    } else {
        run_units(conditions, forest->units + tree->program_offset, tree->plane_count,
                  (__m512i *)(void *)planes);
    }
}

// Whether SMALL_TREES trees are there from `tree` on, all of them small.
INLINE bool are_small(const cfk_sliced_tree *tree, size_t left) {
    if (left < SMALL_TREES) return false;
    for (int t = 0; t < SMALL_TREES; t++) {
        if (tree[t].plane_count > SMALL_PLANES) return false;
    }
    return true;
}

static void score_trees(const cfk_sliced_forest *forest, const cfk_sliced_tree *tree,
                        const cfk_sliced_tree *end, const uint8_t *conditions, uint8_t *planes,
                        float *sums) {
    while (tree < end) {
        if (are_small(tree, (size_t)(end - tree))) {
            __m512i codes[SMALL_TREES][GROUPS];
            for (int t = 0; t < SMALL_TREES; t++) {
                find_planes(forest, &tree[t], conditions, planes);
                codes_of(planes, tree[t].plane_count, codes[t]);
            }
            add_small(codes, tree, forest->tables, sums);
            tree += SMALL_TREES;
        } else {
            find_planes(forest, tree, conditions, planes);
            add_leaves(planes, tree, forest->tables, sums);
            tree++;
        }
    }
}

void cfk_score_sliced_avx512(const cfk_sliced_forest *forest, const uint8_t *conditions,
                             size_t block_count, uint8_t *planes, float *sums) {
    for (size_t tile = 0; tile < forest->tree_count; tile += TILE_TREES) {
        const size_t left = forest->tree_count - tile;
        const cfk_sliced_tree *first = forest->trees + tile;
        const cfk_sliced_tree *end = first + (left < TILE_TREES ? left : TILE_TREES);
        for (size_t block = 0; block < block_count; block++) {
            score_trees(forest, first, end, conditions + block * forest->condition_bytes, planes,
                        sums + block * CFK_BLOCK_ROWS);
        }
    }
}

void cfk_read_sums_avx512(const float *sums, size_t row_count, float *margins) {
    float ordered[CFK_BLOCK_ROWS];
    for (int g = 0; g < GROUPS; g++) {
        for (int lane = 0; lane < 4; lane++) {
            for (int v = 0; v < 4; v++) {
                memcpy(ordered + g * 64 + lane * 16 + v * 4, sums + g * 64 + v * 16 + lane * 4, 16);
            }
        }
    }
    memcpy(margins, ordered, row_count * sizeof(float));
}

#pragma clang attribute pop

#endif
