// SPDX-License-Identifier: Apache-2.0
//
// Transfers of 300 MB to and from a local S3 server, compared with `aws s3 cp`, and the
// time of one signature.
//
//     storage-bench --python PYTHON --aws AWS [--json FILE] [--rounds 3] [--megabytes 300]
//
// PYTHON has moto and boto3. The server is Tests/Python/storage_servers.py.

import Foundation

try Benchmark(arguments: Array(CommandLine.arguments.dropFirst())).run()
