// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanTraining

extension PreparedData {
    /// Whether rows to train on may be repeated with noise: only those of the documented table
    /// can be, and of its older preparations it is not known.
    func mayBeExpanded() throws(ServiceError) -> Bool {
        if let facts = try facts() { return facts.isExpanded }
        return try storedPreprocessor().schema == .creditRisk
    }

    /// The cluster of each row to train on: that of the data, or else equal rows are one.
    func clusters(of rows: PreparedRows) throws(ServiceError) -> [UInt32] {
        guard let clusters = try trainClusters() else {
            return EqualRowClusters.find(rows.matrix.values, rowCount: rows.labels.count)
        }
        guard clusters.count == rows.labels.count else {
            throw problem(
                ArtifactNames.trainClusters,
                "there are \(clusters.count) numbers for \(rows.labels.count) rows; prepare the "
                    + "data again"
            )
        }
        return clusters
    }
}
