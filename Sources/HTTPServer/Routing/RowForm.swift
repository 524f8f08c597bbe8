// SPDX-License-Identifier: Apache-2.0

/// How the applications of a request stand in its body.
package enum RowForm: Sendable {
    /// JSON: a record or a list of values for each.
    case records
    /// A line of CSV for each, or JSON.
    case lines
    /// A tensor for each feature, as JSON or as bytes after it.
    case tensors
    /// A tensor for each feature, in a message of gRPC that says their shapes.
    case tensorMessage
    /// A column for each feature, in a message of gRPC that says how many rows there are.
    case columnMessage
}
