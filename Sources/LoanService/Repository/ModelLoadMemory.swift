// SPDX-License-Identifier: Apache-2.0

internal import ForestInference

/// The most memory that loading a model takes: for reading it, by its stored size, and once its
/// forest is known, for compiling that.
///
/// Measured as the peak of one load over what the server had before. Reading takes 2.5 to 6 times
/// the stored bytes: a tree lies as numbers of four bytes before it is checked, and files write
/// most of them as one. Compiling a stored model of 2.5 MiB takes 104 MiB, since most of its trees
/// are deep and sparse, so that its size says nothing about that.
enum ModelLoadMemory {
    private static let readingFactor = 8
    private static let fixedBytes = 4 << 20

    /// - Parameter storedBytes: of the model and its preprocessor.
    static func reading(storedBytes: Int) -> Int { fixedBytes + storedBytes * readingFactor }

    /// The file's bytes are still there while `forest` is compiled.
    static func compiling(_ forest: Forest, storedBytes: Int) -> Int {
        fixedBytes + storedBytes + forest.compilingBytesMax
    }
}
