// SPDX-License-Identifier: Apache-2.0

internal import CXGBoost

/// A model in training, owned by this handle; used on one thread only.
@safe package struct Booster: ~Copyable {
    private let handle: BoosterHandle

    /// How libxgboost writes a model.
    package enum Format: String, Sendable {
        case json
        case ubj
    }

    /// What `featureScores` counts.
    package enum Importance: String, Sendable {
        /// The loss that all splits on a column saved.
        case totalGain = "total_gain"
        /// The splits on a column.
        case weight
    }

    /// Starts an empty model for `matrix` with checked settings.
    package static func starting(
        on matrix: borrowing TrainingMatrix,
        settings: [(name: String, value: String)],
        threadCount: Int
    ) throws(XGBoostError) -> Booster {
        let booster = unsafe Booster(owning: try create(for: matrix))
        try booster.set("nthread", "\(threadCount)")
        for (name, value) in settings {
            try booster.set(name, value)
        }
        return booster
    }

    private init(owning handle: BoosterHandle) {
        unsafe self.handle = unsafe handle
    }

    private static func create(
        for matrix: borrowing TrainingMatrix
    ) throws(XGBoostError) -> BoosterHandle {
        var created: BoosterHandle?
        var matrixHandle: DMatrixHandle? = unsafe matrix.handle
        let code = unsafe XGBoosterCreate(&matrixHandle, 1, &created)
        try XGBoostError.check("XGBoosterCreate", code)
        guard let created = unsafe created else {
            throw XGBoostError(call: "XGBoosterCreate", message: "no handle")
        }
        return unsafe created
    }

    /// Names the columns, so that the stored model carries them.
    package func setFeatureNames(_ names: [String]) throws(XGBoostError) {
        let code = unsafe withCStrings(names) { pointers in
            unsafe XGBoosterSetStrFeatureInfo(
                handle,
                "feature_name",
                pointers.baseAddress,
                bst_ulong(pointers.count)
            )
        }
        try XGBoostError.check("XGBoosterSetStrFeatureInfo", code)
    }

    /// Says which columns hold codes of categories, so that the stored model carries it.
    package func setFeatureTypes(_ types: [String]) throws(XGBoostError) {
        let code = unsafe withCStrings(types) { pointers in
            unsafe XGBoosterSetStrFeatureInfo(
                handle,
                "feature_type",
                pointers.baseAddress,
                bst_ulong(pointers.count)
            )
        }
        try XGBoostError.check("XGBoosterSetStrFeatureInfo", code)
    }

    /// Adds the trees of one boosting round, counted from 0.
    package mutating func update(
        round: Int,
        on matrix: borrowing TrainingMatrix
    ) throws(XGBoostError) {
        let code = unsafe XGBoosterUpdateOneIter(handle, CInt(round), matrix.handle)
        try XGBoostError.check("XGBoosterUpdateOneIter", code)
    }

    /// The evaluation metric on `matrix` after `round`; for `logloss` in nats.
    package func evaluate(
        round: Int,
        on matrix: borrowing TrainingMatrix
    ) throws(XGBoostError) -> Double {
        var matrixHandle: DMatrixHandle? = unsafe matrix.handle
        var text: UnsafePointer<CChar>?
        let code = unsafe withCStrings(["train"]) { names in
            unsafe XGBoosterEvalOneIter(
                handle,
                CInt(round),
                &matrixHandle,
                names.baseAddress,
                1,
                &text
            )
        }
        try XGBoostError.check("XGBoosterEvalOneIter", code)
        // "[3]\ttrain-logloss:0.61234": the text stays valid until the next call on this booster.
        let line = unsafe text.map { unsafe String(cString: $0) } ?? ""
        guard let value = line.split(separator: ":").last.flatMap({ Double($0) }) else {
            throw XGBoostError(call: "XGBoosterEvalOneIter", message: "unreadable: \(line)")
        }
        return value
    }

    /// The model and its settings, to go on from with `resuming`.
    package func paused() throws(XGBoostError) -> [UInt8] {
        var length: bst_ulong = 0
        var bytes: UnsafePointer<CChar>?
        let code = unsafe XGBoosterSerializeToBuffer(handle, &length, &bytes)
        try XGBoostError.check("XGBoosterSerializeToBuffer", code)
        // The buffer belongs to the booster until its next call; it is copied before that.
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: Int(length)))
    }

    /// Goes on from what `paused` gave.
    package static func resuming(
        _ state: [UInt8],
        on matrix: borrowing TrainingMatrix
    ) throws(XGBoostError) -> Booster {
        let booster = unsafe Booster(owning: try create(for: matrix))
        let code = unsafe state.withUnsafeBytes { buffer in
            // Read during the call; the borrow of `state` outlives it.
            unsafe XGBoosterUnserializeFromBuffer(
                booster.handle,
                buffer.baseAddress,
                bst_ulong(buffer.count)
            )
        }
        try XGBoostError.check("XGBoosterUnserializeFromBuffer", code)
        return booster
    }

    /// A model of the first rounds alone.
    package func firstRounds(_ count: Int) throws(XGBoostError) -> Booster {
        var created: BoosterHandle?
        let code = unsafe XGBoosterSlice(handle, 0, CInt(count), 1, &created)
        try XGBoostError.check("XGBoosterSlice", code)
        guard let created = unsafe created else {
            throw XGBoostError(call: "XGBoosterSlice", message: "no handle")
        }
        return unsafe Booster(owning: created)
    }

    /// The model's bytes in XGBoost's own format.
    package func serialized(as format: Format) throws(XGBoostError) -> [UInt8] {
        var length: bst_ulong = 0
        var bytes: UnsafePointer<CChar>?
        let code = unsafe XGBoosterSaveModelToBuffer(
            handle,
            #"{"format": "\#(format.rawValue)"}"#,
            &length,
            &bytes
        )
        try XGBoostError.check("XGBoosterSaveModelToBuffer", code)
        // The buffer belongs to the booster until its next call; it is copied before that.
        return unsafe Array(UnsafeRawBufferPointer(start: bytes, count: Int(length)))
    }

    /// The score of each column that the model splits on, by libxgboost's name of the score.
    package func featureScores(
        _ importance: Importance
    ) throws(XGBoostError) -> [(name: String, score: Float)] {
        var (nameCount, dimension): (bst_ulong, bst_ulong) = (0, 0)
        var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
        var shape: UnsafePointer<bst_ulong>?
        var scores: UnsafePointer<Float>?
        let code = unsafe XGBoosterFeatureScore(
            handle,
            #"{"importance_type": "\#(importance.rawValue)"}"#,
            &nameCount,
            &names,
            &dimension,
            &shape,
            &scores
        )
        try XGBoostError.check("XGBoosterFeatureScore", code)
        // Names and scores belong to this thread's libxgboost until its next call; a model of trees
        // has one score per name.
        return (0..<Int(nameCount)).map { index in
            unsafe (
                names?[index].map { unsafe String(cString: $0) } ?? "", scores?[index] ?? 0
            )
        }
    }

    private func set(_ name: String, _ value: String) throws(XGBoostError) {
        try XGBoostError.check("XGBoosterSetParam", unsafe XGBoosterSetParam(handle, name, value))
    }

    deinit {
        // Freeing fails only for a null handle, which `init` never stores.
        _ = unsafe XGBoosterFree(handle)
    }
}
