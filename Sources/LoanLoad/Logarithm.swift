// SPDX-License-Identifier: Apache-2.0

internal import Glibc

/// The C library's logarithm, under a name that says which.
enum Logarithm {
    static func natural(_ value: Double) -> Double { log(value) }
}
