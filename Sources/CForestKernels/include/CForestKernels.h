// SPDX-License-Identifier: Apache-2.0
//
// Kernels of the columnar forest predictor. Nothing here allocates, keeps state or prints.
//
// Words: a *slot* is one byte of a row: the rank of a value among the cuts of its column, or a
// decision about categories. Every split of every tree is `byte[slot] > cut` (go right). A *block*
// is up to CFK_BLOCK_ROWS rows. Bytes lie slot-major (slot * stride + row) or row-major
// (row * stride + slot).
#ifndef CFOREST_KERNELS_H
#define CFOREST_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// Rows of a block: one 512-bit vector holds one bit of each.
#define CFK_BLOCK_ROWS 512
// Up to this many rows take half of the work that follows the planes of a block.
#define CFK_HALF_BLOCK_ROWS 256

// MARK: processor

// Whether the processor and the system offer AVX2.
bool cfk_has_avx2(void);
// Whether they offer AVX-512 F, BW, DQ, VL, VBMI, VBMI2 and GFNI.
bool cfk_has_avx512vbmi(void);
// Whether gathering 16 floats takes less time than picking them from registers byte by byte, as on
// Intel's processors from Sapphire Rapids on.
bool cfk_gathers_fast(void);

// CPU time of this thread, in nanoseconds.
uint64_t cfk_thread_nanoseconds(void);

// MARK: link

// -logf(1 / p - 1) in float arithmetic: the margin of a probability.
float cfk_logit(float probability);
// 1 / (1 + expf(-margin)) in float arithmetic, with XGBoost's clamp.
float cfk_sigmoid(float margin);
// Replaces count margins by their probabilities.
void cfk_sigmoid_all(float *values, size_t count);
void cfk_sigmoid_all_avx512(float *values, size_t count);
// logf(prediction): the margin of what is predicted by its exponential.
float cfk_log(float prediction);
// Replaces count margins by their exponentials.
void cfk_exp_all(float *values, size_t count);
// Replaces the margins of one row, one a class, by the shares of their exponentials; count > 0.
void cfk_softmax(float *values, size_t count);
// Replaces the margins of one row by predictions that never fall: each is the one before it, a
// millionth, and the softplus of its own margin.
void cfk_rising(float *values, size_t count);
// The margin of a prediction that lies by `step` above the one before it.
float cfk_rising_margin(float step);

// MARK: values to bytes

// The cuts of a column once more, as the search of cfk_search_avx512.h reads them: key k of level l
// is entry 2^l + (the l bits of k in reverse order) of the heap of cfk_rank_column.
//   level 0 to 4   16 floats each, key k at all places that have its low l bits
//   level 5        32 floats
//   level 6, 7     all lowest bytes of the keys, then all second ones, and so on
// Levels that a column does not have are left away.
#define CFK_SEARCH_LEVEL6 448
#define CFK_SEARCH_LEVEL7 704

// A run of cuts, and the slots its rank is written to. The cuts lie in heap order, as a binary
// search meets them: the root is entry 1, entry i leads to 2 i and 2 i + 1. Entries without a cut
// are NaN, which no value reaches, and so is entry 0.
typedef struct {
    uint32_t source;      // column of the float source
    uint32_t cut_offset;  // entry 0 in cfk_rank_plan.cuts; a multiple of 16
    uint32_t search_offset;  // a table in cfk_rank_plan.searches; a multiple of 64
    uint16_t cut_count;   // at most 255
    uint8_t levels;       // 4 to 8: 2^levels entries, more than there are cuts
    uint8_t slot_count;   // 1 or 2
    uint16_t slots[2];
    uint8_t missing[2];   // the byte of a missing value, for each slot
    uint8_t reserved[2];
} cfk_rank_column;

// A set of categories, held in a float column, that goes right (byte 255).
typedef struct {
    uint32_t source;
    uint32_t word_offset;  // first word in cfk_rank_plan.words
    uint32_t word_count;
    uint16_t slot;
    uint8_t missing;       // the byte of a missing value
    uint8_t reserved;
} cfk_set_column;

// A slot that depends on a category code alone.
typedef struct {
    uint32_t source;        // column of the code source
    uint32_t table_offset;  // 64 bytes in cfk_rank_plan.tables; codes from 63 on share the last
    uint16_t slot;
    uint16_t reserved;
} cfk_code_column;

typedef struct {
    const cfk_rank_column *_Nullable ranks;
    const cfk_set_column *_Nullable sets;
    const cfk_code_column *_Nullable codes;
    const float *_Nullable cuts;
    const uint8_t *_Nullable searches;
    const uint32_t *_Nullable words;
    const uint8_t *_Nullable tables;
    uint32_t rank_count;
    uint32_t set_count;
    uint32_t code_count;
    uint32_t slot_count;
} cfk_rank_plan;

// Where the values of a call lie; strides in elements.
typedef struct {
    const float *_Nullable values;
    size_t row_stride;
    size_t column_stride;
    const uint8_t *_Nullable codes;
    size_t code_row_stride;
    size_t code_column_stride;
} cfk_source;

// Writes the slots of one row to bytes[0 ..< slot_count].
void cfk_rank_row_portable(const cfk_rank_plan *plan, const cfk_source *source, size_t row,
                           uint8_t *bytes);
void cfk_rank_row_avx512(const cfk_rank_plan *plan, const cfk_source *source, size_t row,
                         uint8_t *bytes);
// Writes the slots of row_count rows slot-major; row_count <= stride. Rows from row_count up to
// the next multiple of 64 hold any bytes.
void cfk_rank_block_portable(const cfk_rank_plan *plan, const cfk_source *source, size_t row,
                             size_t row_count, uint8_t *bytes, size_t stride);
void cfk_rank_block_avx512(const cfk_rank_plan *plan, const cfk_source *source, size_t row,
                           size_t row_count, uint8_t *bytes, size_t stride);
// Slot-major to row-major; row_stride is a multiple of 64, at least slot_count.
void cfk_transpose(const uint8_t *slots, size_t stride, size_t slot_count, size_t row_count,
                   uint8_t *rows, size_t row_stride);

// MARK: portable

typedef struct {
    uint32_t left;  // of all nodes; a leaf names itself
    uint16_t slot;
    uint8_t cut;    // 255 in a leaf: no byte exceeds it
    uint8_t reserved;
} cfk_node;

typedef struct {
    const cfk_node *nodes;
    const float *values;     // one a node
    const uint32_t *roots;   // one a tree
    const uint32_t *depths;  // one a tree
    size_t tree_count;
} cfk_portable_forest;

// Adds the leaves, in tree order, to margins that hold the base margin. Rows are row-major.
void cfk_score_portable(const cfk_portable_forest *forest, const uint8_t *rows, size_t row_stride,
                        size_t row_count, float *margins);

// MARK: by keys

// Values as numbers in the order of floats, which splits compare as they are: ranks are not
// needed. There is a key for each slot of the plan: first those of ranks, by runs of columns that
// lie side by side, then the bytes of sets and of codes, in the order of the plan.
typedef struct {
    uint32_t source;  // first column of the float source
    uint32_t first;   // its key
    uint32_t count;
} cfk_key_run;

typedef struct {
    const cfk_key_run *runs;
    const uint32_t *missing;  // the key of a missing value, one a ranked slot
    size_t run_count;
    size_t ranked_count;
} cfk_key_plan;

// Right exactly if the key of the column is above.
typedef struct {
    uint32_t below;   // UINT32_MAX: no key is above
    uint32_t column;
} cfk_keyed_node;

// Trees of six levels in heap order.
typedef struct {
    const cfk_keyed_node *nodes;  // tree * 64 + heap index, from 1 on
    const float *values;          // tree * 64 + leaf
    size_t tree_count;            // those after it, up to a multiple of 32, may be read
} cfk_keyed_forest;

// Writes the keys of one row.
void cfk_keys_row_portable(const cfk_key_plan *keys, const cfk_rank_plan *plan,
                           const cfk_source *source, size_t row, uint32_t *target);
void cfk_keys_row_avx512(const cfk_key_plan *keys, const cfk_rank_plan *plan,
                         const cfk_source *source, size_t row, uint32_t *target);
// Adds the leaves of one row, in tree order, to a sum that holds the base margin.
float cfk_score_keyed_row_portable(const cfk_keyed_forest *forest, const uint32_t *keys,
                                   float sum);
float cfk_score_keyed_row_avx512(const cfk_keyed_forest *forest, const uint32_t *keys, float sum);
// The same for 1 to 16 rows, whose keys lie in a tile: column * 16 + row. Keys of rows that are not
// there may be any.
void cfk_keys_tile_avx512(const cfk_key_plan *keys, const cfk_rank_plan *plan,
                          const cfk_source *source, size_t row, size_t row_count,
                          uint32_t *target);
void cfk_score_keyed_rows_avx512(const cfk_keyed_forest *forest, const uint32_t *tile,
                                 size_t row_count, float *margins);

// MARK: node-parallel

// Trees as blocks of heap-ordered nodes, one vector each.
//
// A narrow tree has a top of 5 levels and 32 bottoms of 5 levels; a flat one (depth <= 6) a single
// block of 6 levels. Where a path of a narrow tree goes on below its bottom, the place of its value
// has a link to a block of 5 more levels, whose values may have links in turn. In a block the heap
// index i (root 1) stands at byte 31 - i (63 - i), so that shifting the decision mask left by i
// brings node i to the top bit.
typedef struct {
    const uint8_t *tops;     // two trees a 128 bytes: 64 slots, 64 cuts; flat: one tree a 128
    const uint8_t *bottoms;  // tree * 2048 + leaf * 64: 32 slots, 32 cuts
    const float *values;     // narrow: tree * 1024, then 32 for each deeper block; flat: tree * 64
    const uint32_t *_Nullable links;  // for each value 0, or 1 + a deeper block; NULL: all are 0
    const uint8_t *_Nullable deeps;   // block * 64, like a bottom
    size_t deep_values;               // place of the first deeper block's values
    size_t tree_count;       // padded with trees of value 0 to a multiple of 32
    size_t real_tree_count;
    uint32_t is_flat;
    uint32_t slot_vectors;   // 1, 2 or 4 vectors of 64 slots a row
} cfk_block_forest;

// One row at a time, 16 trees (flat: 8) walked at once.
void cfk_score_blocks_row_avx512(const cfk_block_forest *forest, const uint8_t *rows,
                                 size_t row_stride, size_t row_count, float *margins);
// 16 rows at a time, for forests without links; row_count may be any, rows must be readable up to
// the next multiple of 16.
void cfk_score_blocks_rows_avx512(const cfk_block_forest *forest, const uint8_t *rows,
                                  size_t row_stride, size_t row_count, float *margins);
// The same trees with AVX2; slot_count is at most 64.
void cfk_score_blocks_avx2(const cfk_block_forest *forest, const uint8_t *rows, size_t row_stride,
                           size_t row_count, size_t slot_count, float *margins);

// MARK: bit-sliced

typedef struct {
    uint16_t slot;
    uint8_t cut;
    uint8_t reserved;
} cfk_condition;

// Writes conditions as vectors of 512 bits: bit r is `bytes[slot][r] > cut`. Of at most
// CFK_HALF_BLOCK_ROWS rows, row r is bit 128 (r / 64) + r % 64, and the other bits mean nothing.
void cfk_conditions_avx512(const cfk_condition *conditions, size_t count, const uint8_t *bytes,
                           size_t stride, size_t row_count, uint8_t *vectors);

// Codes of one tree's leaves, as planes of one bit a row.
typedef struct {
    uint32_t table_offset;    // bytes: the leaf values by code; see cfk_sliced_forest
    uint32_t program_offset;  // entry of the generated code, or first number of the units
    uint16_t chunk_count;     // of 128 codes: 1 to 8
    uint16_t plane_count;     // 0 to 10; for units 6 to 10
} cfk_sliced_tree;

// Chunks from which on gathering a tree's values takes no longer than picking them.
#define CFK_GATHERED_CHUNKS 3

// Planes come from code or from units, whichever is there.
//
// The code of a tree is called as void(const conditions, planes): it reads the conditions of a
// block and writes the tree's planes, and its spills after the ten planes.
//
// A table is four byte planes of 128 values for each chunk. Where `gathers` is set, that of
// CFK_GATHERED_CHUNKS or more is floats instead.
//
// A unit is six levels of a tree: the numbers of its 63 conditions in heap order. A tree of more
// levels has two units for the seventh, four for the eighth, and so on; after a unit stand the
// conditions of the joins that it completes.
typedef struct {
    const cfk_sliced_tree *trees;
    const uint8_t *tables;
    const uint8_t *_Nullable code;  // executable
    const uint16_t *_Nullable units;
    size_t tree_count;
    size_t condition_bytes;  // condition vectors of one block
    bool gathers;            // values are gathered where a tree has chunks enough
    bool prefetches;         // code that the second cache does not hold is fetched ahead
} cfk_sliced_forest;

// Adds the leaves of all trees to the sums of as many blocks as row_count rows take, in the
// kernel's own row order; the conditions were made for as many rows. planes has room for ten
// vectors and the spills, or for five times ten where units are used.
void cfk_score_sliced_avx512(const cfk_sliced_forest *forest, const uint8_t *conditions,
                             size_t row_count, uint8_t *planes, float *sums);
// Reads the sums of one block, or of its only rows, back in row order.
void cfk_read_sums_avx512(const float *sums, size_t row_count, float *margins);

// MARK: contributions

// Rows whose decisions fit a word.
#define CFK_TILE_ROWS 64

// One step of a tree's program: the way down through a split, over one with two leaves, up again, or
// around one whose children are leaves or have two leaves. Steps over such children, the left one
// first, stand after the step around their parent and are taken with it.
// A slot is a place for what a node carries: the root has 0, the children of a split at depth d
// 2 d + 2 and 2 d + 3.
typedef struct {
    uint32_t condition;  // whether the row goes left: a word of the tile
    uint32_t constants;  // place of the split's constants
    uint16_t column;     // of the tree's own columns
    uint8_t kind;        // CFK_STEP_..., added
    uint8_t slot;        // of the split
    uint8_t children;    // of the left child; the right one's follows
    uint8_t before;      // of the child on the path through which the feature was last asked
    uint16_t reserved;
} cfk_contribution_step;

#define CFK_STEP_REPEATED 1    // an earlier split of the path asks the same feature
#define CFK_STEP_LEFT_LEAF 2   // not down: the left child is a leaf
#define CFK_STEP_RIGHT_LEAF 4  // not down: the right child is one; both: the step goes over
#define CFK_STEP_UP 8
#define CFK_STEP_AROUND 16
#define CFK_STEP_LEFT_REPEATED 32  // around: an earlier split asks the feature of the left child
#define CFK_STEP_RIGHT_REPEATED 64

typedef struct {
    uint32_t first_step;
    uint32_t step_count;    // 0: a single leaf
    uint32_t first_column;  // in cfk_contribution_forest.columns
    uint16_t column_count;
    uint16_t points;        // of the quadrature
} cfk_contribution_tree;

// The constants of a split: five of its own, then `points` shares of the left child for rows that
// go left, as many for those that go right and, where the feature repeats, as many weights.
//   down, up, around
//             factor of the column for rows that go left, for those that go right; the left child's
//             share of the cover; the values of the left and the right child, if they are leaves
//   over      the factors; the mean where the row is not on the path; nothing; nothing; instead of
//             shares, means
typedef struct {
    const cfk_contribution_step *steps;
    const cfk_contribution_tree *trees;
    const float *constants;
    const uint32_t *columns;  // the trees' columns among those of the sums
    const float *weights;     // of one point, of two, ...
    size_t condition_count;   // words of a tile
    size_t column_count;      // of the sums
    size_t slot_count;
    size_t points_max;        // of any tree
} cfk_contribution_forest;

// Words of row_count rows, at most 64: bit r is `bytes[slot][r] <= cut`.
void cfk_condition_words(const cfk_condition *conditions, size_t count, const uint8_t *bytes,
                         size_t stride, size_t row_count, uint64_t *words);
// The same of 64 rows, whatever they hold.
void cfk_condition_words_avx512(const cfk_condition *conditions, size_t count,
                                const uint8_t *bytes, size_t stride, uint64_t *words);

// Adds the contributions of some trees, in units of the constants' own, to sums[tile][column][64].
// conditions are [tile][condition_count]; scratch is aligned to 64 bytes and has room for
// 2 * slot_count * points_max rows of 64 floats, and one for each column of a tree.
void cfk_contribute_portable(const cfk_contribution_forest *forest, size_t first_tree,
                             size_t tree_count, const uint64_t *conditions, size_t row_count,
                             void *scratch, int64_t *sums);
void cfk_contribute_avx2(const cfk_contribution_forest *forest, size_t first_tree,
                         size_t tree_count, const uint64_t *conditions, size_t row_count,
                         void *scratch, int64_t *sums);
void cfk_contribute_avx512(const cfk_contribution_forest *forest, size_t first_tree,
                           size_t tree_count, const uint64_t *conditions, size_t row_count,
                           void *scratch, int64_t *sums);

// One level of a group of trees, its splits in vectors of sixteen. After the last level of a group
// comes an empty one.
typedef struct {
    uint32_t first;         // place of the first split; a multiple of 64
    uint32_t vector_count;
    uint32_t offset;        // of the level's values in the scratch, in splits; a multiple of 16
    uint32_t row;           // values of a point: one a split, and sixteen that stores may run over
} cfk_lane_level;

typedef struct {
    uint32_t first_level;
    uint16_t level_count;
    uint16_t points;  // of the quadrature
} cfk_lane_group;

// The splits of all levels of all groups, for one row at a time. The children that are splits
// follow in the next level: those of a vector together, the left ones first. Splits that fill a
// vector up hold nothing: their held_low is above their held_high.
typedef struct {
    const cfk_lane_group *groups;
    const cfk_lane_level *levels;
    const uint8_t *slot, *cut;                            // left if byte[slot] <= cut
    const uint8_t *held_slot, *held_low, *held_high;      // where earlier decisions hold
    const uint8_t *other_slot, *other_low, *other_high;   // the same in another slot of the feature
    const uint16_t *column;                               // of the sums
    const float *left_rest, *rest, *share;                // what the path has of the cover
    const float *left_leaf, *right_leaf;                  // values; 0 where a child is a split
    const uint16_t *left_inner, *right_inner;             // a bit a split: children that are splits
    const float *places, *weights;                        // of one point, of two, ...
    float scale;
    size_t slot_count;   // at most CFK_LANE_SLOTS_MAX
    size_t values_max;   // of any group: splits with their room, times points
} cfk_lane_forest;

#define CFK_LANE_SLOTS_MAX 128

// Adds the contributions of some groups to sums[column], for the row whose bytes are `row`: 128 of
// them are readable if there are more than 64 slots, else 64. scratch has room for 4 * values_max
// floats. The bits are those of cfk_contribute_portable.
void cfk_contribute_row_avx512(const cfk_lane_forest *forest, size_t first_group,
                               size_t group_count, const uint8_t *row, void *scratch,
                               int64_t *sums);

#pragma clang assume_nonnull end

#endif
