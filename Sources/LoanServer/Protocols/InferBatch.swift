// SPDX-License-Identifier: Apache-2.0

internal import LoanModel
internal import LoanService

/// The rows of a request as a model reads them: tensors to columns, without a value per element in
/// between where the data is binary.
struct InferBatch: Equatable, Sendable {
    let rowCount: Int
    let form: ScoringRows.Form

    /// Rows of one request.
    static let rowsMax = SampleDecoder.rowsMax

    /// - Parameters:
    ///   - request: the request as it was sent.
    ///   - body: the body that the request was read from.
    ///   - model: whose features the tensors must be.
    init(
        _ request: InferRequest,
        body: [UInt8],
        model: ServedModel
    ) throws(InferRequestError) {
        if let matrix = request.inputs.first(where: { $0.name == InferTensorName.prepared }) {
            guard request.inputs.count == 1 else { throw .mixedInputs }
            try self.init(prepared: matrix, body: body, columnCount: model.preparedFeatureCount)
        } else {
            try self.init(raw: request.inputs, body: body, features: model.features)
        }
    }

    /// Why a category that the model does not know is refused, where the operator asks for it.
    func refusal(of model: ServedModel) -> ServiceError? {
        guard case .raw(let numbers, let codes) = form else { return nil }
        do throws(ServiceError) {
            try model.checkCategories(numbers: numbers.span, codes: codes.span, rowCount: rowCount)
            return nil
        } catch {
            return error
        }
    }

    /// Whether the rows are columns of the prepared matrix.
    var isPrepared: Bool { if case .prepared = form { true } else { false } }

    /// Checks that the policy of the model decides these rows.
    func checkDecidable(by model: ServedModel) throws(InferRequestError) {
        do throws(ServedModel.Undecidable) {
            try model.checkDecidable(arePrepared: isPrepared)
        } catch {
            throw .undecidable("\(error)")
        }
    }

    /// The rows as a model takes them.
    var rows: ScoringRows { ScoringRows(rowCount: rowCount, form: form) }

    // MARK: Forms

    /// Rows that are in columns already.
    init(rowCount: Int, form: ScoringRows.Form) {
        self.rowCount = rowCount
        self.form = form
    }

    /// A matrix of prepared features, row after row.
    init(
        prepared tensor: InferRequest.Tensor,
        body: [UInt8],
        columnCount: Int
    ) throws(InferRequestError) {
        guard tensor.shape.count == 2, tensor.shape[1] == columnCount else {
            throw .shape(
                tensor: tensor.name,
                shape: tensor.shape,
                wanted: "[rows, \(columnCount)]"
            )
        }
        rowCount = tensor.shape[0]
        try Self.checkRows(rowCount)
        var values = [Float](repeating: 0, count: rowCount * columnCount)
        try TensorNumbers(tensor, columnCount: columnCount).read(
            from: body,
            into: &values,
            at: 0
        )
        form = .prepared(values)
    }

    private init(
        raw tensors: [InferRequest.Tensor],
        body: [UInt8],
        features: [ServedModel.Feature]
    ) throws(InferRequestError) {
        let ordered = try Self.ordered(tensors, by: features)
        rowCount = try Self.rowCount(of: ordered)
        let numberCount = features.count(where: { $0.carrier == .number })
        var numbers = [Float](repeating: 0, count: numberCount * rowCount)
        var codes: [UInt8] = []
        codes.reserveCapacity((features.count - numberCount) * rowCount)
        var position = 0
        for (feature, tensor) in zip(features, ordered) {
            switch (feature.carrier, feature.kind) {
            case (.code, _):
                try TensorTexts(tensor, feature: feature).readCodes(from: body, into: &codes)
            case (.number, let kind) where kind != .number && tensor.datatype == .bytes:
                let cells = try TensorTexts(tensor, feature: feature).numbers(from: body)
                numbers.replaceSubrange(position..<position + rowCount, with: cells)
                position += rowCount
            case (.number, _):
                try TensorNumbers(tensor, feature).read(from: body, into: &numbers, at: position)
                position += rowCount
            }
        }
        form = .raw(numbers: numbers, codes: codes)
    }

    /// One tensor for each feature, in their order.
    private static func ordered(
        _ tensors: [InferRequest.Tensor],
        by features: [ServedModel.Feature]
    ) throws(InferRequestError) -> [InferRequest.Tensor] {
        let indices = Dictionary(
            features.enumerated().map { ($1.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var places = [Int?](repeating: nil, count: features.count)
        for (place, tensor) in tensors.enumerated() {
            guard let index = indices[tensor.name] else { throw .unknownInput(name: tensor.name) }
            places[index] = place
        }
        var ordered: [InferRequest.Tensor] = []
        ordered.reserveCapacity(features.count)
        for (feature, place) in zip(features, places) {
            guard let place else { throw .missingInput(name: feature.name) }
            ordered.append(tensors[place])
        }
        return ordered
    }

    /// The rows of raw features: their shapes are [rows] or [rows, 1].
    private static func rowCount(
        of tensors: [InferRequest.Tensor]
    ) throws(InferRequestError) -> Int {
        var rowCount: Int?
        for tensor in tensors {
            guard let found = tensor.shape.first, tensor.shape.dropFirst().allSatisfy({ $0 == 1 }),
                tensor.shape.count <= 2
            else {
                throw .shape(
                    tensor: tensor.name,
                    shape: tensor.shape,
                    wanted: "[rows] or [rows, 1]"
                )
            }
            if let rowCount, rowCount != found {
                throw .rowCounts(tensor: tensor.name, found: found, others: rowCount)
            }
            rowCount = found
        }
        let count = rowCount ?? 0
        try checkRows(count)
        return count
    }

    private static func checkRows(_ count: Int) throws(InferRequestError) {
        guard (1...rowsMax).contains(count) else {
            throw .tooManyRows(count: count, limit: rowsMax)
        }
    }
}
