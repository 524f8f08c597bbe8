// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanModel
internal import LoanServer
internal import LoanService

/// `predict --model M --matrix X.npy`: a model and a matrix, without preparation.
extension PredictCommand {
    func scoreMatrix(_ model: String, _ matrix: String) throws {
        let target = try OutputFile(output)
        let bytes = try InputFile.contents(of: model, bytesMax: StoredFile.bytesMax)
        var reader = NPYReader()
        try InputFile(matrix).forEachChunk { try reader.append($0.span) }
        let scoring = try MatrixScoring(
            model: bytes,
            kernel: kernel,
            iterations: ModelIterations(option: iterations)
        )
        if let iterations = scoring.iterations { Terminal.error("\(model): \(iterations)") }
        let scores = try scoring.scores(
            reader.finish(),
            margins: margin,
            threadCount: work.threads
        )
        let columns = scoring.valueCount(margins: margin)
        let header = NPYHeader.bytes(
            rows: scores.count / columns,
            columns: columns,
            isVector: columns == 1,
            isRowMajor: true
        )
        try target.write(header)
        for start in stride(from: 0, to: scores.count, by: Self.batchRows) {
            let chunk = scores[start..<min(start + Self.batchRows, scores.count)]
            try target.write(chunk.flatMap(\.littleEndianBytes))
        }
        try target.finish()
    }
}

extension Float {
    fileprivate var littleEndianBytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bitPattern >> (8 * $0)) }
    }
}
