// SPDX-License-Identifier: Apache-2.0

/// Where objects lie.
package enum StorageBackend: String, Sendable { case local, s3 }
