// SPDX-License-Identifier: Apache-2.0
//
// Hands libFuzzer one of the targets. Which one, the environment says, since libFuzzer starts
// itself again with the arguments it was given. Built only with the sanitizers on, which bring it.

internal import CLibFuzzer
internal import Foundation
internal import FuzzTargets

/// The target that `FUZZ_TARGET` names.
private let chosen: FuzzTarget? = {
    let name = ProcessInfo.processInfo.environment["FUZZ_TARGET"]
    return FuzzTarget.all.first { $0.name == name }
}()

@main
struct LoanFuzz {
    /// Without a target: lists them. With `--seeds FOLDER`: writes its seeds there. Otherwise
    /// fuzzes it, as libFuzzer's own options say.
    static func main() throws {
        guard let target = chosen else {
            print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
            return
        }
        let arguments = CommandLine.arguments
        if arguments.count == 3, arguments[1] == "--seeds" {
            let folder = URL(fileURLWithPath: arguments[2])
            for (index, seed) in target.seeds().enumerated() {
                try Data(seed).write(to: folder.appendingPathComponent("seed-\(index)"))
            }
            return
        }
        var pointers = unsafe arguments.map { unsafe strdup($0) } + [nil]
        var count = CInt(arguments.count)
        unsafe pointers.withUnsafeMutableBufferPointer { buffer in
            var start = unsafe buffer.baseAddress
            unsafe exit(LLVMFuzzerRunDriver(&count, &start, handle))
        }
    }
}

/// libFuzzer's callback: one input.
private func handle(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    // libFuzzer lends `size` bytes for the length of the call; they are copied.
    let bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
    if let finding = chosen?.run(bytes) { preconditionFailure(finding) }
    return 0
}
