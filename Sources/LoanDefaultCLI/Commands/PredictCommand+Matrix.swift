// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import LoanModel
internal import LoanServer
internal import LoanService

/// `predict --model M --matrix X.npy`: a model and a matrix, without preparation.
extension PredictCommand {
    func scoreMatrix(_ model: String, _ matrix: String) throws {
        guard reasons == nil else {
            throw CommandFailure.usage("--reasons goes with --input; a matrix has --contributions")
        }
        guard baseline == nil else {
            throw CommandFailure.usage("--baseline goes with --input, not with --matrix")
        }
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
        let rows = try reader.finish()
        let scores = try scoring.scores(rows, margins: margin, threadCount: work.threads)
        let columns = scoring.valueCount(margins: margin)
        if let contributions {
            let file = try OutputFile(contributions)
            let all = try scoring.contributions(rows)
            try file.write(matrix: all.values, rows: all.rowCount, columns: all.valuesPerRow)
        }
        try target.write(matrix: scores, rows: scores.count / columns, columns: columns)
    }
}

extension OutputFile {
    /// Numbers of one buffer.
    private static let bufferCount = 8_192

    /// Writes a matrix as `.npy`, a vector where it has one column, and ends the file.
    func write(matrix values: [Float], rows: Int, columns: Int) throws {
        let header = NPYHeader.bytes(
            rows: rows,
            columns: columns,
            isVector: columns == 1,
            isRowMajor: true
        )
        try write(header)
        for start in stride(from: 0, to: values.count, by: Self.bufferCount) {
            let chunk = values[start..<min(start + Self.bufferCount, values.count)]
            try write(chunk.flatMap(\.littleEndianBytes))
        }
        try finish()
    }
}

extension Float {
    fileprivate var littleEndianBytes: [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: bitPattern >> (8 * $0)) }
    }
}
