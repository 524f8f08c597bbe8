// SPDX-License-Identifier: Apache-2.0

/// Why bytes are not a matrix file in NumPy's format that we can use.
package enum NPYError: Error, Equatable {
    /// The file does not begin as an `.npy` file.
    case notNPY
    /// A format version other than 1, 2 and 3.
    case version(major: UInt8, minor: UInt8)
    /// The header is longer than the limit, in bytes.
    case headerTooLong(bytes: Int, limit: Int)
    /// The header is not the dictionary that the format asks for.
    case header
    /// The cells are not little-endian float32; the file's description of them.
    case elementType(String)
    /// The shape is not that of a vector or a matrix.
    case shape([Int])
    /// More cells than the limit.
    case tooManyCells(limit: Int)
    /// The file is shorter or longer than its header says, in bytes.
    case length(expected: Int, found: Int)
}
