// SPDX-License-Identifier: Apache-2.0

/// Why the benchmark could not run.
enum BenchmarkError: Error {
    case usage
    case commandFailed(String)
}
