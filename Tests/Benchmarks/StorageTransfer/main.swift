// SPDX-License-Identifier: Apache-2.0
//
// One transfer between a local file and the bucket of a benchmark, in a process without anything
// else, so that its memory can be measured:
//
//     storage-transfer put|get FOLDER FILE KEY
//
// Prints seconds and the most memory in MB. The server and the keys come from the environment.

let arguments = Array(CommandLine.arguments.dropFirst())
guard arguments.count == 4 else { throw TransferError.usage }
try Transfer(arguments: arguments).run()
