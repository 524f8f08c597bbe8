// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoanModel
import LoanRPC
import LoanServer
import LoanService
import Logging

/// A trained model with a matrix to score, as `loan-default data` and `train` leave them in a
/// folder: `models/bench.model` and `data`.
struct DocumentedModel {
    let name = "bench.model"
    /// The product's own handler with the model in memory.
    let product: PredictAdapter
    /// The model for libxgboost.
    let json: [UInt8]
    /// A batch of this many rows of the test matrix, prepared.
    let batch: PreparedMatrix

    init(folder: String, rowCount: Int) async throws {
        let service = try LoanService(
            storageRoot: folder,
            environment: ["AWS_EC2_METADATA_DISABLED": "true"],
            logger: Logger(label: "rpc-bench", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let reference = ModelReference(
            model: StorageLocation.local(path: "models"),
            name: name,
            preprocessor: StorageLocation.local(path: "data")
        )
        do throws(ServiceError) {
            _ = try await service.served.load(reference)
        } catch {
            throw RPCStatus(.notFound, "\(folder): \(error)")
        }
        product = PredictAdapter(models: service.served)
        let files = URL(fileURLWithPath: folder)
        json = Array(try Data(contentsOf: files.appendingPathComponent("models/\(name).json")))
        var reader = NPYReader()
        let matrixFile = files.appendingPathComponent("data/Xtest.npy")
        let bytes = Array(try Data(contentsOf: matrixFile))
        try reader.append(bytes.span)
        let matrix = try reader.finish()
        var batch = PreparedMatrix(rowCount: rowCount, featureCount: matrix.columns)
        for column in 0..<matrix.columns {
            for row in 0..<rowCount {
                batch.values[column * rowCount + row] =
                    matrix.values[column * matrix.rows + row % matrix.rows]
            }
        }
        self.batch = batch
    }
}
