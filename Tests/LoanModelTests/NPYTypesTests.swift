// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import TestSupport
import Testing

/// Every type of cells that is read becomes float32 as numpy makes it, to the last bit.
@Suite(.enabled(if: Python.isAvailable, Python.missing)) struct NPYTypesTests {
    /// What numpy says of a file that it wrote.
    private struct Expected: Decodable {
        let path: String
        let dtype: String
        /// The bits of `astype(float32)`, column after column.
        let bits: [UInt32]
        let shape: [Int]
    }

    @Test func everyTypeIsReadAsNumPyDoes() throws {
        try withTemporaryFolder { folder in
            let files = try Python.run("matrix_types.py", [folder.path]).map {
                try JSONDecoder().decode(Expected.self, from: $0)
            }
            #expect(Set(files.map(\.dtype)).count == 24)
            for file in files {
                let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: file.path)))
                // Cells are cut by chunks of any length.
                for size in [bytes.count, 7] {
                    var reader = NPYReader()
                    for start in stride(from: 0, to: bytes.count, by: size) {
                        try reader.read(bytes[start..<min(start + size, bytes.count)])
                    }
                    let matrix = try reader.finish()
                    #expect([matrix.rows, matrix.columns] == file.shape, "\(file.dtype)")
                    #expect(matrix.values.map(\.bitPattern) == file.bits, "\(file.dtype)")
                }
            }
        }
    }
}
