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
    /// The cells are of a type that is not read; the file's description of them.
    case elementType(String)
    /// The shape is not that of a vector or a matrix.
    case shape([Int])
    /// More cells than the limit.
    case tooManyCells(limit: Int)
    /// The file is shorter or longer than its header says, in bytes.
    case length(expected: Int, found: Int)
}

extension NPYError: CustomStringConvertible {
    /// What is wrong and what would be right, to follow the name of the file.
    package var description: String {
        switch self {
        case .notNPY: "the file does not begin as an .npy file"
        case .version(let major, let minor):
            "the file is of version \(major).\(minor) of the .npy format; 1.0, 2.0 and 3.0 are read"
        case .headerTooLong(let bytes, let limit):
            "the header has \(bytes) bytes; the limit is \(limit)"
        case .header: "the header is not the dictionary that the .npy format asks for"
        case .elementType(let type):
            "the cells are of the dtype \(String(type.prefix(64))), which is not read: floats of 16, "
                + "32 and 64 bits, whole numbers and truth values are; save the matrix with "
                + "astype('<f4')"
        case .shape(let shape): "the shape \(shape) is not that of a vector or a matrix"
        case .tooManyCells(let limit): "the matrix has more than \(limit) cells"
        case .length(let expected, let found):
            "the file has \(found) bytes; its header asks for \(expected)"
        }
    }
}
