// SPDX-License-Identifier: Apache-2.0

import BenchSupport
import ForestInference
import Glibc

/// Speed of the forest predictor as ratios against libxgboost's in-place prediction.
///
///     swift run -c release forest-bench [--json FILE] [--model M.json --matrix X.npy] [--part P]
///
/// Same process, same rows, one thread, interleaved runs, CPU time of the thread, medians. Without
/// a model the bench trains its own on synthetic loan applications. Parts: `main` (the model),
/// `sizes` (its compiling, loading and memory; within `main`), `shallow` (100 trees of depth 6),
/// `wide` (200 features), `allocations` (what calls allocate; the exit code is 1 if they do).
@main
struct ForestBench {
    static func main() throws {
        var options: [String: String] = [:]
        var arguments = CommandLine.arguments.dropFirst()
        while let name = arguments.popFirst(), let value = arguments.popFirst() {
            options[name] = value
        }
        let part = options["--part"]
        var suite = BenchSuite()
        if part == nil || part == "main" || part == "sizes" {
            let (model, name) = try mainModel(options["--model"], options["--matrix"])
            if part == "sizes" {
                try suite.sizes(model, name: name)
            } else {
                try suite.documented(model, name: name)
            }
        }
        if part == nil || part == "shallow" {
            let model = try BenchModel.loans(rounds: 100, depth: 6, trainingRows: 50_000)
            try suite.batch(
                model,
                CompiledForest(model.forest),
                "100 trees, depth 6",
                rowCount: 4_096
            )
        }
        if part == nil || part == "wide" {
            let model = try BenchModel.wide(rounds: 500, depth: 8, trainingRows: 20_000)
            try suite.batch(
                model,
                CompiledForest(model.forest),
                "500 trees, depth 8, 200 features",
                rowCount: 4_096
            )
        }
        var allocatesNothing = true
        if part == nil || part == "allocations" { allocatesNothing = try suite.allocations() }
        if let path = options["--json"] { try suite.table.rows.write(to: path) }
        if !allocatesNothing { exit(1) }
    }

    /// The model and matrix of these files, or a model trained here.
    private static func mainModel(
        _ modelPath: String?,
        _ matrixPath: String?
    ) throws -> (BenchModel, name: String) {
        guard let modelPath, let matrixPath else {
            let model = try BenchModel.loans(rounds: 500, depth: 10, trainingRows: 100_000)
            return (model, "500 trees, depth 10")
        }
        guard let document = MatrixFile.bytes(modelPath),
            let matrix = MatrixFile.columns(matrixPath)
        else {
            print("cannot read the model or the matrix (float32, Fortran order)")
            exit(1)
        }
        var rows = [Float](repeating: 0, count: matrix.values.count)
        for row in 0..<matrix.rowCount {
            for column in 0..<matrix.columnCount {
                rows[row * matrix.columnCount + column] =
                    matrix.values[column * matrix.rowCount + row]
            }
        }
        let model = try BenchModel(
            document: document,
            rows: rows,
            columnCount: matrix.columnCount
        )
        return (model, "\(model.forest.treeCount) trees")
    }
}
