// SPDX-License-Identifier: Apache-2.0

import Testing

/// The tests that share the Python servers, one at a time.
@Suite(
    .serialized,
    .enabled(if: StorageServers.python != nil, "needs LOAN_DEFAULT_TEST_PYTHON")
)
struct StorageServerTests {}
