// SPDX-License-Identifier: Apache-2.0

/// Why a compressed file cannot be read.
package enum CompressionError: Error, Equatable {
    /// Its bytes are not of the format that its first ones announce, or a checksum is wrong.
    case damaged(CompressionFormat)
    /// It ends before its content does.
    case cut(CompressionFormat)
    /// The content has more bytes than this.
    case contentTooLong(limit: Int)
    /// The content has more bytes than this for each byte of the file.
    case tooDense(limit: Int)
    /// It asks for a window of more than these bytes.
    case windowTooLarge(limit: Int)
    /// There is no memory to decompress it.
    case noMemory
}

extension CompressionError: CustomStringConvertible {
    /// What is wrong with the file, and the way on: a sentence without its end.
    package var description: String {
        switch self {
        case .damaged(let format):
            "the file is damaged: it begins as \(format.rawValue) and is none"
        case .cut(let format): "the \(format.rawValue) file ends before its content does"
        case .contentTooLong(let limit):
            "the decompressed content exceeds \(limit) bytes; divide the table"
        case .tooDense(let limit):
            "the content is more than \(limit) times as long as the file; unpack it first, if it "
                + "is trusted"
        case .windowTooLarge(let limit):
            "the file asks for a window of more than \(limit) bytes; compress it without --long, "
                + "or unpack it first"
        case .noMemory: "there is no memory to decompress the file"
        }
    }
}
