// SPDX-License-Identifier: Apache-2.0

import ForestInference
import Glibc

/// Speed of the forest predictor as ratios against libxgboost's in-place prediction.
///
///     swift run -c release forest-bench [--json FILE] [--model M.json --matrix X.npy]
///
/// Same process, same rows, one thread, interleaved runs, CPU time of the thread, medians. Without
/// a model the bench trains its own on synthetic loan applications.
@main
struct ForestBench {
    static func main() throws {
        var options: [String: String] = [:]
        var arguments = CommandLine.arguments.dropFirst()
        while let name = arguments.popFirst(), let value = arguments.popFirst() {
            options[name] = value
        }
        var suite = BenchSuite()
        if let path = options["--model"], let matrix = options["--matrix"] {
            guard let document = MatrixFile.bytes(path),
                let matrix = MatrixFile.columns(matrix)
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
            try suite.documented(model, name: "\(model.forest.treeCount) trees")
        } else {
            let loans = try BenchModel.loans(rounds: 500, depth: 10, trainingRows: 100_000)
            try suite.documented(loans, name: "500 trees, depth 10")
        }
        let small = try BenchModel.loans(rounds: 100, depth: 6, trainingRows: 50_000)
        try suite.batch(small, CompiledForest(small.forest), "100 trees, depth 6", rowCount: 4_096)
        let wide = try BenchModel.wide(rounds: 100, depth: 8, trainingRows: 20_000)
        try suite.batch(
            wide,
            CompiledForest(wide.forest),
            "100 trees, depth 8, 200 features",
            rowCount: 4_096
        )
        if let path = options["--json"], let file = unsafe fopen(path, "w") {
            unsafe fputs(suite.table.json, file)
            unsafe fclose(file)
        }
    }
}
