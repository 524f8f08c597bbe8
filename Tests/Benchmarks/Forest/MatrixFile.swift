// SPDX-License-Identifier: Apache-2.0

import Glibc

/// Reads whole files and the float32 matrices that numpy writes.
enum MatrixFile {
    /// The bytes of a file, or nil if it cannot be read.
    static func bytes(_ path: String) -> [UInt8]? {
        guard let file = unsafe fopen(path, "rb") else { return nil }
        defer { unsafe fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = unsafe fread(&chunk, 1, chunk.count, file)
            if count == 0 { return bytes }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// A float32 `.npy` in Fortran order: column-major values and the shape.
    static func columns(_ path: String) -> (values: [Float], rowCount: Int, columnCount: Int)? {
        guard let bytes = bytes(path), bytes.count > 10 else { return nil }
        let headerLength = Int(bytes[8]) | Int(bytes[9]) << 8
        guard bytes.count >= 10 + headerLength else { return nil }
        let header = String(decoding: bytes[10..<10 + headerLength], as: UTF8.self)
        guard header.contains("'<f4'"), header.contains("'fortran_order': True") else { return nil }
        let shape = header.split(separator: "(").last?.split(separator: ")").first ?? ""
        let sizes = shape.split(separator: ",").compactMap { Int($0.filter(\.isNumber)) }
        guard sizes.count == 2 else { return nil }
        let body = bytes[(10 + headerLength)...]
        guard body.count == sizes[0] * sizes[1] * 4 else { return nil }
        let values = (0..<sizes[0] * sizes[1]).map { index in
            let first = body.startIndex + index * 4
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(body[first + $1]) << ($1 * 8) }
            return Float(bitPattern: bits)
        }
        return (values, sizes[0], sizes[1])
    }
}
