// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Foundation
import Testing

/// Where generated code lies, as the system reports it.
struct GeneratedCodeTests {
    @Test func isExecutableAndNeverWritableInPagesOfItsSize() throws {
        try #require(KernelTier.best == .avx512vbmi)
        // About two megabytes of code: enough for huge pages.
        let model = RandomModel(treeCount: 200, depthMax: 10, leafShare: 0.05)
        let forest = try Forest(xgboost: Array(model.json(seed: 21).utf8))
        let compiled = try CompiledForest(forest)
        #expect(compiled.kernelStatus[.slicedCode] == .active)

        // Other tests map and unmap while the list is read, and what moves may be missed once.
        let hugePage = 2 << 20
        var hasHugePage = false
        for _ in 0..<20 where !hasHugePage {
            let mappings = try Mapping.all()
            #expect(!mappings.isEmpty)
            #expect(!mappings.contains { $0.isWritable && $0.isExecutable })
            // The system reports neighbors as one mapping: a whole huge page lies somewhere within.
            hasHugePage = mappings.contains { mapping in
                let start = (mapping.range.lowerBound + hugePage - 1) / hugePage * hugePage
                return mapping.isExecutable && !mapping.hasFile
                    && start + hugePage <= mapping.range.upperBound
            }
        }
        #expect(hasHugePage)

        let rows = model.rows(600, seed: 21)
        let width = model.featureCount
        let margins = compiled.scores(
            rows,
            layout: .rowMajor(rowCount: 600, columnCount: width),
            output: .margin,
            kernel: .slicedCode
        )
        let reference = ReferencePredictor(forest)
        for row in 0..<600 {
            let margin = reference.margin(of: Array(rows[row * width..<(row + 1) * width]))
            #expect(margin.bitPattern == margins[row].bitPattern)
        }
    }
}

/// A line of `/proc/self/maps`.
private struct Mapping {
    let range: Range<Int>
    let isWritable: Bool
    let isExecutable: Bool
    let hasFile: Bool

    static func all() throws -> [Mapping] {
        let file = try #require(FileHandle(forReadingAtPath: "/proc/self/maps"))
        defer { try? file.close() }
        var bytes = Data()
        while let more = try file.read(upToCount: 1 << 20), !more.isEmpty { bytes += more }
        let maps = String(decoding: bytes, as: UTF8.self)
        return maps.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            let bounds = fields[0].split(separator: "-").compactMap { Int($0, radix: 16) }
            guard bounds.count == 2 else { return nil }
            return Mapping(
                range: bounds[0]..<bounds[1],
                isWritable: fields[1].contains("w"),
                isExecutable: fields[1].contains("x"),
                hasFile: fields.count > 5
            )
        }
    }
}
