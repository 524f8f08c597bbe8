// SPDX-License-Identifier: Apache-2.0

import LoanModel

/// A matrix file in memory, which can be made to fail.
struct MemorySink: MatrixSink {
    struct Failure: Error, Equatable {
        let name: String
    }

    let name: String
    /// Bytes after which the sink fails.
    var byteLimit = Int.max
    private(set) var bytes: [UInt8] = []
    private(set) var shape: MatrixShape?
    private(set) var isEnded = false

    init(_ name: String, byteLimit: Int = .max) {
        self.name = name
        self.byteLimit = byteLimit
    }

    mutating func begin(_ shape: MatrixShape) throws(Failure) { self.shape = shape }

    mutating func append(_ bytes: RawSpan) throws(Failure) {
        // Safe: the buffer is copied before the call returns.
        unsafe bytes.withUnsafeBytes { unsafe self.bytes.append(contentsOf: $0) }
        if self.bytes.count > byteLimit { throw Failure(name: name) }
    }

    mutating func end() throws(Failure) { isEnded = true }
}

extension DataStepSinks<MemorySink> {
    /// Four empty files; the one called `failing` takes no more than 200 bytes.
    static func memory(failing: String = "") -> Self {
        func sink(_ name: String) -> MemorySink {
            MemorySink(name, byteLimit: name == failing ? 200 : .max)
        }
        return DataStepSinks(
            trainFeatures: sink("Xtrain"),
            trainLabels: sink("ytrain"),
            testFeatures: sink("Xtest"),
            testLabels: sink("ytest"),
            weights: (sink("wtrain"), sink("wtest"))
        )
    }

    var all: [MemorySink] { [trainFeatures, trainLabels, testFeatures, testLabels] }
}
