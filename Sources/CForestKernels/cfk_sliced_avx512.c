// SPDX-License-Identifier: Apache-2.0
//
// Bit-sliced scoring: a vector holds one bit of each of 512 rows. Every distinct condition is one
// vector (cfk_conditions_avx512.c); a tree turns them into the bits (planes) of each row's leaf
// code, by generated code or by units of six levels; codes become values by table lookup and are
// added in tree order.
//
//   planes -> bytes   8x8 transpose of bits: interleaving gathers the bytes of 8 planes,
//                     gf2p8affineqb with the identity transposes each 8x8 square
//   codes -> values   four byte planes of 128 values, vpermi2b; more codes in chunks, chosen by
//                     planes 7 to 9, which are masks already
//   bytes -> floats   interleaved within 128-bit lanes; the row order is restored once at the end
#include "cfk_planes.h"

#include <string.h>

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(TIER))), apply_to = function)

enum { CHUNK_BYTES = 512, TILE_TREES = 8 };

// One code byte a row. Group g holds the rows 128 i + 16 g + k: byte 16 i + k is that of k < 16 in
// the 128-bit lane i. Planes from plane_count on are 0, and so are those from plane_limit on.
INLINE void codes_of(const uint8_t *planes, unsigned plane_count, unsigned plane_limit,
                     __m512i *codes) {
    __m512i one[8], two[8], four[8];
    // The highest plane first, as gf2p8affineqb counts rows downwards.
#pragma clang loop unroll(full)
    for (unsigned j = 0; j < 8; j++) {
        one[7 - j] = j < plane_limit && j < plane_count ? _mm512_load_si512(planes + j * VECTOR)
                                                        : _mm512_setzero_si512();
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        two[i] = _mm512_unpacklo_epi8(one[2 * i], one[2 * i + 1]);
        two[i + 4] = _mm512_unpackhi_epi8(one[2 * i], one[2 * i + 1]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        four[2 * i] = _mm512_unpacklo_epi16(two[2 * i], two[2 * i + 1]);
        four[2 * i + 1] = _mm512_unpackhi_epi16(two[2 * i], two[2 * i + 1]);
    }
    // four: 0, 2 are the low bytes 0-3 of the upper and lower planes, 1, 3 bytes 4-7, and so on.
    const __m512i identity = _mm512_set1_epi64((long long)0x8040201008040201ull);
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
        const int upper = (i & 1) + (i & 2) * 2;
        codes[2 * i] = _mm512_unpacklo_epi32(four[upper], four[upper + 2]);
        codes[2 * i + 1] = _mm512_unpackhi_epi32(four[upper], four[upper + 2]);
    }
#pragma clang loop unroll(full)
    for (int g = 0; g < GROUPS; g++) {
        codes[g] = _mm512_gf2p8affine_epi64_epi8(identity, codes[g], 0);
    }
}

// Words of 16 rows of a plane, in the order of groups.
INLINE __m512i group_words(const uint8_t *plane) {
    static const uint16_t order[32] = {0, 8,  16, 24, 1, 9,  17, 25, 2, 10, 18, 26, 3, 11, 19, 27,
                                       4, 12, 20, 28, 5, 13, 21, 29, 6, 14, 22, 30, 7, 15, 23, 31};
    return _mm512_permutexvar_epi16(_mm512_loadu_si512(order), _mm512_load_si512(plane));
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
    codes_of(planes, tree->plane_count, 8, codes);
    uint64_t masks[8][GROUPS];
    if (tree->chunk_count > 1) {
        __m512i high[3];
        for (unsigned bit = 0; bit < 3; bit++) {
            high[bit] = bit + 7 < tree->plane_count ? group_words(planes + (bit + 7) * VECTOR)
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

// Generated code is megabytes, of which a block runs each byte once: prefetched this many trees
// ahead it comes from the second cache, without that it is waited for line by line.
enum { AHEAD_TREES = 2, LINE_BYTES = 64 };

INLINE void prefetch_code(const cfk_sliced_forest *forest, const cfk_sliced_tree *tree) {
    // The code of a tree ends where that of the next one begins; the last tree goes without.
    if (!forest->code || tree + 1 >= forest->trees + forest->tree_count) return;
    const uint8_t *end = forest->code + tree[1].program_offset;
    for (const uint8_t *line = forest->code + tree->program_offset; line < end;
         line += LINE_BYTES) {
        __builtin_prefetch(line, 0, 2);
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

// `is_first`: no block has run the code of these trees just before.
static void score_trees(const cfk_sliced_forest *forest, const cfk_sliced_tree *tree,
                        const cfk_sliced_tree *end, bool is_first, const uint8_t *conditions,
                        uint8_t *planes, float *sums) {
    while (tree < end) {
        if (are_small(tree, (size_t)(end - tree))) {
            __m512i codes[SMALL_TREES][GROUPS];
            for (int t = 0; t < SMALL_TREES; t++) {
                if (is_first) prefetch_code(forest, &tree[t] + AHEAD_TREES);
                find_planes(forest, &tree[t], conditions, planes);
                codes_of(planes, tree[t].plane_count, SMALL_PLANES, codes[t]);
            }
            add_small(codes, tree, forest->tables, sums);
            tree += SMALL_TREES;
        } else {
            if (is_first) prefetch_code(forest, tree + AHEAD_TREES);
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
            score_trees(forest, first, end, block == 0,
                        conditions + block * forest->condition_bytes, planes,
                        sums + block * CFK_BLOCK_ROWS);
        }
    }
}

void cfk_read_sums_avx512(const float *sums, size_t row_count, float *margins) {
    float ordered[CFK_BLOCK_ROWS];
    for (int g = 0; g < GROUPS; g++) {
        for (int lane = 0; lane < 4; lane++) {
            for (int v = 0; v < 4; v++) {
                memcpy(ordered + lane * 128 + g * 16 + v * 4, sums + g * 64 + v * 16 + lane * 4,
                       16);
            }
        }
    }
    memcpy(margins, ordered, row_count * sizeof(float));
}

#pragma clang attribute pop

#endif
